import { createBrowserClient, promoteHeap } from '@tracklayer/browser';
import { createClient, createMemoryTransport, defineRegistry, eventId, type Outcome } from '@tracklayer/core';
import { createHttpTransport } from '@tracklayer/core/http';
import { parseEvent } from '@tracklayer/core/schema';
import { createCaptureHandler, createNodeClient, toNodeHandler } from '@tracklayer/node';
import { installFakeHeap } from '@tracklayer/testing/fake-heap';

export const registry = defineRegistry([
  { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
]);
export const page = (): void => {
  const heap = installFakeHeap({ generation: 'sdk5' });
  promoteHeap(createBrowserClient({ endpoint: '/tl' }), { registry });
  void heap.load();
};
export const server = createNodeClient({ endpoint: 'https://relay.example.com', key: 'k' });
export const handler = toNodeHandler(
  createCaptureHandler({ client: server, registry, resolveUser: () => 'cust_2048' }),
);
export const client = createClient({ transport: createMemoryTransport() });
export const id: string = eventId('purchase', { order_id: 'ord_10492' });
export const transport = createHttpTransport({ endpoint: 'https://relay.example.com' });
export const parsed = parseEvent({});

const receipt = client.capture({
  event: 'purchase',
  user_id: 'cust_2048',
  properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
});
export const outcome: Promise<Outcome> = receipt.settled();

// @ts-expect-error a purchase without a currency is not a purchase
client.capture({ event: 'purchase', user_id: 'cust_2048', properties: { order_id: 'ord_10492', value: 1 } });
// @ts-expect-error no such event
client.capture({ event: 'order_completed', user_id: 'cust_2048' });

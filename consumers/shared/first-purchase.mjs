// What every project does: one purchase, to a relay in the same process.
import { createMemoryTransport, createClient } from '@tracklayer/core';

export async function firstPurchase() {
  const transport = createMemoryTransport();
  const client = createClient({ transport });
  const { event_id } = client.capture({
    event: 'purchase',
    user_id: 'cust_2048',
    properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
  });
  await client.flush();
  await client.close();
  if (event_id !== 'ord_10492_purchase' || transport.delivered.length !== 1) throw new Error('no purchase');
  return event_id;
}

import { expect, test } from 'vitest';
import { createNodeClient, withTrackLayer } from '../src/index.ts';
import { paidOrder } from './events.ts';
import { relayThat } from './relay.ts';

async function clientOfRelay() {
  const relay = await relayThat();
  return { relay, client: createNodeClient({ endpoint: relay.url, flushIntervalMs: 60_000 }) };
}

test('P-6 a function answers after its captures are sent, where nobody keeps it alive', async () => {
  const { relay, client } = await clientOfRelay();
  const handler = withTrackLayer(client, async (order: string) => {
    client.capture(paidOrder(order));
    return { statusCode: 200 };
  });
  expect(await handler('ord_1')).toEqual({ statusCode: 200 });
  expect(relay.messages.map(({ event_id }) => event_id)).toEqual(['ord_1_purchase']);
});

test('P-4 with waitUntil of the platform the answer does not wait, and the sending is handed over', async () => {
  const { relay, client } = await clientOfRelay();
  const handed: Promise<unknown>[] = [];
  const context = {
    handed,
    waitUntil(promise: Promise<unknown>) {
      this.handed.push(promise);
    },
  };
  const handler = withTrackLayer(client, (_request: Request, _context: typeof context) => {
    client.capture(paidOrder());
    return new Response('thanks');
  });
  expect((await handler(new Request('http://shop'), context)).status).toBe(200);
  expect(relay.messages).toEqual([]);
  expect(handed).toHaveLength(1);
  await handed[0];
  expect(relay.messages).toHaveLength(1);
});

test('P-1 a function that throws has sent what it captured, and its own error comes through', async () => {
  const { relay, client } = await clientOfRelay();
  const handler = withTrackLayer(client, () => {
    client.capture(paidOrder());
    throw new Error('out of stock');
  });
  await expect(handler()).rejects.toThrow('out of stock');
  expect(relay.messages).toHaveLength(1);
});

test('P-4 a waitUntil that throws, a flush that fails and odd arguments leave the answer alone', async () => {
  const failing = { flush: () => Promise.reject(new Error('broken')) };
  const handler = withTrackLayer(failing, (..._args: unknown[]) => 'answer');
  const waitUntil = () => {
    throw new Error('outside of a request');
  };
  expect(await handler(null, undefined, 1, { waitUntil })).toBe('answer');
});

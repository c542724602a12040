import { createMemoryTransport, defineEvents, type WireAnswer } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { paidOrder } from './events.ts';

type Kept = ReturnType<typeof createMemoryTransport>;

async function send(transport: Kept, ...messages: object[]): Promise<unknown> {
  const body = JSON.stringify(messages.length === 1 ? messages[0] : { batch: messages });
  const request = { bytes: body.length, idempotency_key: 'key_1', attempt: 1, compress: false };
  const answer: WireAnswer = await transport.send(
    { kind: 'capture', body, ...request },
    { signal: new AbortController().signal },
  );
  return JSON.parse(answer.body);
}

const order = (more: object = {}): object => ({ ...paidOrder(), event_id: 'ord_10492_purchase', ...more });

test('W-4 a memory transport fills in what a later copy knows, and says what contradicts', async () => {
  const transport = createMemoryTransport();
  await send(transport, order({ user_id: undefined, anonymous_id: 'anon_1', context: { ip: '192.0.2.1' } }));
  expect(await send(transport, order({ context: { click_ids: { gclid: 'g_1' } } }))).toEqual({
    event_id: 'ord_10492_purchase',
    status: 'duplicate',
  });
  expect(await send(transport, order({ user_id: 'cust_7' }))).toMatchObject({ conflict: true });
  expect(transport.delivered).toMatchObject([
    {
      user_id: 'cust_2048',
      anonymous_id: 'anon_1',
      context: { ip: '192.0.2.1', click_ids: { gclid: 'g_1' } },
    },
  ]);
});

test('W-4 own events conflict by their own key, when the transport is given them', async () => {
  const events = defineEvents({
    redeem_points: { required: ['redemption_id'], key: 'redemption_id', properties: { redemption_id: 'id' } },
  });
  const copies = ['r_1', 'r_2'].map((redemption_id) => ({
    event: 'redeem_points',
    event_id: 'r_1_redeem_points',
    user_id: 'cust_2048',
    properties: { redemption_id },
  }));
  expect(await send(createMemoryTransport(undefined, { events }), ...copies)).toMatchObject({
    results: [{ status: 'accepted' }, { status: 'duplicate', conflict: true }],
  });
});

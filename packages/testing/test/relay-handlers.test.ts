import { gzipSync } from 'node:zlib';
import { HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { expect, onTestFinished, test } from 'vitest';
import { createClient, defineEvents } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';
import { createHttpTransport } from '@tracklayer/core/http';
import { paidOrder, qualifiedLead, signUp } from '@tracklayer/testing';
import { relayHandlers, type RelayHandlers, type RelayHandlersOptions } from '@tracklayer/testing/msw';

const endpoint = 'https://relay.example.com';

function relayWith(options?: RelayHandlersOptions): RelayHandlers {
  const relay = relayHandlers(options);
  const server = setupServer(...relay.handlers);
  server.listen();
  onTestFinished(() => server.close());
  return relay;
}

async function post(kind: 'capture' | 'identify', body: object): Promise<unknown> {
  const answer = await fetch(`${endpoint}/api/${kind}`, { method: 'POST', body: JSON.stringify(body) });
  return answer.json();
}

const stored = (event_id: string, more: object = {}): object => ({ ...paidOrder(), event_id, ...more });

test('W-11 the first copy is accepted, the second a duplicate', async () => {
  relayWith();
  expect(await post('capture', stored('ord_1_purchase'))).toEqual({
    event_id: 'ord_1_purchase',
    status: 'accepted',
  });
  expect(await post('capture', stored('ord_1_purchase'))).toEqual({
    event_id: 'ord_1_purchase',
    status: 'duplicate',
  });
});

test('W-4 a copy with another value is a conflict, one without a person is not', async () => {
  relayWith();
  await post('capture', stored('ord_1_purchase'));
  const cheaper = paidOrder({ properties: { value: 1 } });
  expect(await post('capture', { ...cheaper, event_id: 'ord_1_purchase' })).toMatchObject({ conflict: true });
  const anonymous = await post('capture', stored('ord_1_purchase', { user_id: undefined }));
  expect(anonymous).not.toHaveProperty('conflict');
});

test('W-4 a copy with another key is a conflict, of own events too', async () => {
  relayWith({ events: defineEvents({ visit_store: { key: 'visit_id', properties: { visit_id: 'id' } } }) });
  const visit = (visit_id: string): object => ({
    event: 'visit_store',
    event_id: 'v_1',
    user_id: 'cust_2048',
    properties: { visit_id },
  });
  await post('capture', visit('v_1'));
  expect(await post('capture', visit('v_1'))).not.toHaveProperty('conflict');
  expect(await post('capture', visit('v_2'))).toMatchObject({ conflict: true });
  await post('capture', stored('ord_1_purchase'));
  const other = paidOrder({ properties: { order_id: 'ord_2' } });
  expect(await post('capture', { ...other, event_id: 'ord_1_purchase' })).toMatchObject({ conflict: true });
});

test('W-12 a batch is answered in its order', async () => {
  const relay = relayWith();
  const batch = ['ord_1_purchase', 'ord_2_purchase', 'ord_1_purchase'].map((id) => stored(id));
  expect(await post('capture', { batch })).toEqual({
    results: [
      { event_id: 'ord_1_purchase', status: 'accepted' },
      { event_id: 'ord_2_purchase', status: 'accepted' },
      { event_id: 'ord_1_purchase', status: 'duplicate' },
    ],
  });
  expect(relay.received).toMatchObject([{ kind: 'capture', attempt: 1, idempotency_key: null }]);
  expect(relay.received[0]!.messages).toHaveLength(3);
});

test('W-16 an identify says whether it merged; without an id it is never a duplicate', async () => {
  relayWith();
  const both = { user_id: 'cust_2048', anonymous_id: 'anon_91b2' };
  expect(await post('identify', both)).toEqual({ status: 'accepted', merged: true });
  expect(await post('identify', both)).toEqual({ status: 'accepted', merged: true });
  const named = { ...both, event_id: 'id_1' };
  await post('identify', named);
  expect(await post('identify', named)).toEqual({ event_id: 'id_1', status: 'duplicate', merged: false });
});

test('W-14 a compressed body is read', async () => {
  const relay = relayWith({ endpoint });
  const body = gzipSync(JSON.stringify(stored('ord_1_purchase')));
  await fetch(`${endpoint}/api/capture`, { method: 'POST', body, headers: { 'Content-Encoding': 'gzip' } });
  expect(relay.received[0]!.messages).toMatchObject([{ event_id: 'ord_1_purchase' }]);
});

test('P-1 a client delivers through it, over a scripted fault', async () => {
  const relay = relayWith({
    answer: ({ attempt }) => (attempt === 1 ? new HttpResponse(null, { status: 503 }) : undefined),
  });
  const client = createClient({
    transport: createHttpTransport({ endpoint, key: 'tl_test_key' }),
    // No jitter: the retry is due at once.
    platform: { ...defaultPlatform(), random: () => 0 },
  });
  for (const event of [paidOrder(), signUp(), qualifiedLead()]) client.capture(event);
  expect(await client.close()).toEqual({ delivered: 3, duplicate: 0, dropped: {}, pending: 0 });
  const [first, second] = relay.received;
  expect([first!.attempt, second!.attempt]).toEqual([1, 2]);
  expect(second!.idempotency_key).toBe(first!.idempotency_key);
});

test('P-2 the builders make whole events, and take single properties', () => {
  const ids: (string | null)[] = [];
  const client = createClient({ transport: { send: async () => ({ status: 503, body: '' }) }, strict: true });
  for (const event of [paidOrder({ properties: { order_id: 'ord_2' } }), signUp(), qualifiedLead()]) {
    ids.push(client.capture(event).event_id);
  }
  expect(ids).toEqual(['ord_2_purchase', 'cust_2048_sign_up', 'lead_731.sales_qualified_qualify_lead']);
  expect(paidOrder({ properties: { order_id: 'ord_2' } }).properties).toMatchObject({ value: 129.95 });
});

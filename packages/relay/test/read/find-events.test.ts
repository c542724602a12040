import { expect, onTestFinished, test } from 'vitest';
import { createRelay, type FoundEvents } from '../../src/index.ts';
import { paidOrder, paidOrders } from '../events.ts';
import { freshStore } from '../fresh-store.ts';

const secret = 'tlk_test_0123456789abcdef';
const now = Date.parse('2026-11-23T10:15:31.000Z');

function freshRelay() {
  const store = freshStore();
  const relay = createRelay({ store, keys: [{ environment: 'production', secret }], now: () => now });
  onTestFinished(() => relay.close());
  const call = (path: string, body?: object): Promise<Response> =>
    relay.fetch(
      new Request(`http://relay.test${path}`, {
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      }),
    );
  const find = async (search: object): Promise<FoundEvents> =>
    (await (await call('/api/events/find', search)).json()) as FoundEvents;
  const ids = async (search: object) => (await find(search)).events.map(({ event }) => event.event_id);
  return { store, call, find, ids };
}

test('W-56 the answer says what a key may do, and never its secret', async () => {
  const { call } = freshRelay();
  const text = await (await call('/api/key')).text();
  expect(JSON.parse(text)).toEqual({
    environment: 'production',
    key: expect.stringMatching(/^[0-9a-f]{12}$/),
    scopes: ['events:write', 'events:read'],
  });
  expect(text).not.toContain(secret);
});

test('W-57 an order is found by its id, a space in it included, and a person by theirs', async () => {
  const { call, ids } = freshRelay();
  const spaced = { order_id: 'ord 7', value: 1, currency: 'EUR' };
  await call('/api/capture', paidOrder());
  await call(
    '/api/capture',
    paidOrder({ event_id: 'ord:207_purchase', user_id: 'jörg/7', properties: spaced }),
  );
  expect(await ids({ id: 'ord_10492' })).toEqual(['ord_10492_purchase']);
  expect(await ids({ id: 'ord 7' })).toEqual(['ord:207_purchase']);
  expect(await ids({ id: 'ord:207_purchase' })).toEqual(['ord:207_purchase']);
  expect(await ids({ id: 'jörg/7' })).toEqual(['ord:207_purchase']);
  expect(await ids({ id: 'ord_1' })).toEqual([]);
});

test('W-57 events are found by source, and by what became of them at a destination', async () => {
  const { store, call, ids } = freshRelay();
  const [first, second] = paidOrders(2).map((event) => ({
    event: { ...event, occurred_at: event.occurred_at ?? '' },
    key_properties: ['order_id'],
    deliveries: [{ destination: 'meta', due_at: now }],
  }));
  if (!first || !second) throw new Error('two orders');
  await store.capture({ environment: 'production', received_at: now, messages: [first, second] });
  await call('/api/capture', paidOrder({ source: 'server' }));
  const { rows } = await store.takeDeliveries({ queue: 'production/meta', lease: 'one', now, limit: 1 });
  const settled = rows.map(({ environment, event_id, destination }) => ({
    environment,
    event_id,
    destination,
    status: 'failed' as const,
    reason: 'reject: code 100',
  }));
  await store.settleDeliveries({ queue: 'production/meta', lease: 'one', now, settled });
  const failed = settled[0]?.event_id;
  const waiting = failed === 'ord_1_purchase' ? 'ord_2_purchase' : 'ord_1_purchase';
  expect(await ids({ source: 'server' })).toEqual(['ord_10492_purchase']);
  expect(new Set(await ids({ destination: 'meta' }))).toEqual(new Set(['ord_1_purchase', 'ord_2_purchase']));
  expect(await ids({ delivery: 'failed' })).toEqual([failed]);
  expect(await ids({ destination: 'meta', delivery: 'pending' })).toEqual([waiting]);
  expect(await ids({ reason: 'reject' })).toEqual([failed]);
  expect(await ids({ reason: 'reject: code 100', delivery: 'failed' })).toEqual([failed]);
  expect(await ids({ reason: 'reject', delivery: 'pending' })).toEqual([]);
  expect(await ids({ reason: 'reject', destination: 'tiktok' })).toEqual([]);
});

test('W-57 events of a day are found, as a report counts them', async () => {
  const { store, ids } = freshRelay();
  const midnight = Date.parse('2026-11-23T00:00:00.000Z');
  for (const [place, received_at] of [
    midnight - 1,
    midnight,
    midnight + 86_399_999,
    midnight + 86_400_000,
  ].entries()) {
    const event = {
      ...paidOrder({ event_id: `ord_${place}_purchase` }),
      occurred_at: '2026-11-22T10:00:00.000Z',
    };
    await store.capture({
      environment: 'production',
      received_at,
      messages: [{ event, key_properties: [] }],
    });
  }
  expect(await ids({ day: '2026-11-23' })).toEqual(['ord_2_purchase', 'ord_1_purchase']);
  expect(await ids({ day: '2026-11-23', limit: 1 })).toEqual(['ord_2_purchase']);
  expect(await ids({ day: '2026-11-21' })).toEqual([]);
});

test('W-57 a rejected event is found by the code of its rejection', async () => {
  const { call, ids } = freshRelay();
  await call('/api/capture', paidOrder());
  await call('/api/capture', paidOrder({ event_id: 'ord_7_purchase', properties: { order_id: 'ord_7' } }));
  expect(await ids({ status: 'rejected', reason: 'missing' })).toEqual(['ord_7_purchase']);
  expect(await ids({ status: 'accepted', reason: 'missing' })).toEqual([]);
});

test('W-57 pages follow each other, none twice, and a page that found little says where to go on', async () => {
  const { store, find } = freshRelay();
  for (let at = 0; at < 12; at++) {
    const messages = Array.from({ length: 500 }, (_, place) => ({
      event: {
        ...paidOrder({
          event_id: `ord_${at * 500 + place}_purchase`,
          source: place === 0 ? 'server' : 'heap',
        }),
        occurred_at: '2026-11-23T10:15:30.123Z',
      },
      key_properties: [],
    }));
    await store.capture({ environment: 'production', received_at: now + at, messages });
  }
  const first = await find({ source: 'server', limit: 1 });
  const second = await find({ source: 'server', after: first.next_cursor });
  const third = await find({ source: 'server', after: second.next_cursor });
  expect([first, second, third].map(({ events }) => events.length)).toEqual([1, 10, 1]);
  const found = [first, second, third].flatMap(({ events }) => events.map(({ event }) => event.event_id));
  expect(new Set(found).size).toBe(12);
  expect(second.looked_at).toBe(5_000);
  expect(third.next_cursor).toBeNull();
  const nothing = await find({ source: 'nowhere' });
  expect(nothing).toMatchObject({ events: [], looked_at: 5_000, next_cursor: expect.any(String) });
});

test.each([
  [{ id: 7 }, 'id must be text'],
  [{ status: 'duplicate' }, 'status must be one of accepted, rejected'],
  [{ delivery: 'sent' }, 'delivery must be one of pending, accepted, failed, skipped'],
  [{ day: '2026-11-31' }, 'day must be a UTC day, such as 2026-11-23'],
  [{ day: '7d' }, 'day must be a UTC day, such as 2026-11-23'],
  [{ limit: 501 }, 'limit must be a whole number from 1 to 500'],
  [{ after: 'here' }, 'after must be a next_cursor of an earlier page'],
])('W-57 %j is refused', async (search, detail) => {
  const { call } = freshRelay();
  const answer = await call('/api/events/find', search);
  expect([answer.status, await answer.json()]).toEqual([
    422,
    expect.objectContaining({ code: 'invalid_query', detail }),
  ]);
});

test('W-57 a trace is read by an id in the body', async () => {
  const { call } = freshRelay();
  await call('/api/capture', paidOrder());
  const answer = await call('/api/events/trace', { event_id: 'ord_10492_purchase' });
  expect(await answer.json()).toEqual(await (await call('/api/events/ord_10492_purchase/trace')).json());
  expect((await call('/api/events/trace', { event_id: 'ord_7' })).status).toBe(404);
  expect((await call('/api/events/trace', {})).status).toBe(422);
});

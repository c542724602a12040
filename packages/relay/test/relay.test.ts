import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { createRelay, type Relay, type RelayKey } from '../src/index.ts';
import { paidOrder, paidOrders, signedUp } from './events.ts';
import { freshStore } from './fresh-store.ts';

const secret = 'tlk_test_0123456789abcdef';
const now = Date.parse('2026-11-23T10:15:31.000Z');
const keys: readonly RelayKey[] = [
  { environment: 'production', secret },
  { environment: 'staging', secret: 'tlk_staging_0123456789' },
  { environment: 'production', secret: 'tlk_readonly_0123456789', scopes: ['events:read'] },
];

function freshRelay(): Relay {
  const relay = createRelay({ store: freshStore(), keys, now: () => now });
  onTestFinished(() => relay.close());
  return relay;
}

interface Sent {
  body: BodyInit | object;
  path?: string;
  headers?: Record<string, string>;
}

function post(relay: Relay, { body, path = '/api/capture', headers = {} }: Sent): Promise<Response> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  return relay.fetch(
    new Request(`http://relay.test${path}`, {
      method: 'POST',
      body: isRaw ? (body as BodyInit) : JSON.stringify(body),
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
    }),
  );
}

const get = (relay: Relay, path: string, key = secret): Promise<Response> =>
  relay.fetch(new Request(`http://relay.test${path}`, { headers: { authorization: `Bearer ${key}` } }));

test('W-1 W-2 fields that nobody knows are kept, and times and amounts as they were sent', async () => {
  const relay = freshRelay();
  const sent = {
    ...paidOrder(),
    gift: { wrapped: true },
    properties: { ...paidOrder().properties, value: 0.1, größe: '42' },
  };
  expect((await post(relay, { body: sent })).status).toBe(200);
  const { event } = await (await get(relay, '/api/events/ord_10492_purchase')).json();
  expect(event).toEqual(sent);
});

test.each([
  ['128 characters of an event_id', { event_id: 'a:_.-'.repeat(25) + 'abc' }, 200],
  ['129 characters of an event_id', { event_id: 'a'.repeat(129) }, 422],
  ['a blank in an event_id', { event_id: 'ord 1' }, 422],
  ['255 bytes of a user_id', { user_id: 'ü'.repeat(127) + 'a' }, 200],
  ['256 bytes of a user_id', { user_id: 'ü'.repeat(128) }, 422],
  ['a control character in a user_id', { user_id: 'cust\u0007_1' }, 422],
  ['a time without a zone', { occurred_at: '2026-11-23T10:15:30' }, 422],
  ['a time before 2015', { occurred_at: '1970-01-01T00:00:00.000Z' }, 422],
])('W-2 W-3 %s', async (_, change, status) => {
  const relay = freshRelay();
  const answer = await post(relay, { body: paidOrder(change) });
  expect(answer.status).toBe(status);
  if (status !== 200) return;
  const { event_id } = (await answer.json()) as { event_id: string };
  const { event } = await (await get(relay, `/api/events/${encodeURIComponent(event_id)}`)).json();
  expect(event).toMatchObject(change);
});

test("W-10 W-11 the guide's purchase is accepted, and a copy is a duplicate", async () => {
  const relay = freshRelay();
  const answers = [await post(relay, { body: paidOrder() }), await post(relay, { body: paidOrder() })];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
    { event_id: 'ord_10492_purchase', status: 'accepted' },
    { event_id: 'ord_10492_purchase', status: 'duplicate' },
  ]);
});

test('W-4 a copy fills what was absent, and one that contradicts is a conflict that changes nothing', async () => {
  const relay = freshRelay();
  await post(relay, { body: paidOrder({ user_id: undefined, context: { click_ids: { gclid: 'g_1' } } }) });
  await post(relay, { body: paidOrder({ anonymous_id: undefined }) });
  const forged = paidOrder({ properties: { order_id: 'ord_10492', value: 1, currency: 'EUR' } });
  expect(await (await post(relay, { body: forged })).json()).toMatchObject({
    status: 'duplicate',
    conflict: true,
  });
  expect(await (await get(relay, '/api/events/ord_10492_purchase')).json()).toMatchObject({
    event: {
      user_id: 'cust_2048',
      anonymous_id: 'anon_91b2',
      properties: { value: 129.95 },
      context: { click_ids: { gclid: 'g_1' } },
    },
    status: 'accepted',
    copies: 3,
    conflicts: 1,
    deliveries: [],
  });
});

test('W-12 P-8 one bad event of a batch harms no neighbour, and verdicts keep the order', async () => {
  const [first, second, third] = paidOrders(3);
  const bad = { ...second, properties: { order_id: 'ord_2', value: '12,50' } };
  const answer = await post(freshRelay(), { body: { batch: [first, bad, third, 'text', null] } });
  expect(answer.status).toBe(200);
  const { results } = (await answer.json()) as { results: { errors?: { path: string }[] }[] };
  expect(results).toMatchObject([
    { event_id: 'ord_1_purchase', status: 'accepted' },
    { event_id: 'ord_2_purchase', status: 'rejected', code: 'invalid_event' },
    { event_id: 'ord_3_purchase', status: 'accepted' },
    { event_id: null, status: 'rejected' },
    { event_id: null, status: 'rejected' },
  ]);
  const wrong = results[1]?.errors?.map(({ path }) => path);
  expect(new Set(wrong)).toEqual(new Set(['properties.value', 'properties.currency']));
});

test.each([
  ['malformed JSON', '{"event":', {}, 400, 'invalid_json'],
  ['a list', '[]', {}, 400, 'invalid_json'],
  ['null', 'null', {}, 400, 'invalid_json'],
  ['nothing', '', {}, 400, 'invalid_json'],
  ['bad UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), {}, 400, 'invalid_json'],
  ['an empty batch', '{"batch":[]}', {}, 400, 'invalid_batch'],
  [
    '501 events',
    JSON.stringify({ batch: Array.from({ length: 501 }, () => ({})) }),
    {},
    413,
    'too_many_events',
  ],
  ['over 1 MiB', JSON.stringify({ event: 'x'.repeat(1_100_000) }), {}, 413, 'body_too_large'],
  ['a gzip bomb', gzipSync(' '.repeat(20_000_000)), { 'content-encoding': 'gzip' }, 413, 'body_too_large'],
  ['gzip that is none', 'nonsense', { 'content-encoding': 'gzip' }, 400, 'incomplete_body'],
  ['brotli', '{}', { 'content-encoding': 'br' }, 415, 'unsupported_encoding'],
  ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_content_type'],
  ['plain text', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_content_type'],
  [
    'no currency',
    JSON.stringify(paidOrder({ properties: { order_id: 'o', value: 1 } })),
    {},
    422,
    'invalid_event',
  ],
  ['an unknown event', JSON.stringify(paidOrder({ event: 'order_completed' })), {}, 422, 'invalid_event'],
  ['no id', JSON.stringify(paidOrder({ event_id: undefined as never })), {}, 422, 'invalid_event'],
  [
    'no person',
    JSON.stringify(paidOrder({ user_id: undefined, anonymous_id: undefined })),
    {},
    422,
    'invalid_event',
  ],
  [
    '__proto__ in properties',
    '{"event":"login","event_id":"a","user_id":"u_1","properties":{"__proto__":{"x":1}}}',
    {},
    422,
    'invalid_event',
  ],
  [
    'a repeated key',
    '{"event":"login","event_id":"a","event_id":"b","user_id":"u_1"}',
    {},
    422,
    'invalid_event',
  ],
  [
    '20,000 levels',
    `{"event":"login","event_id":"a","user_id":"u_1","properties":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
    {},
    422,
    'invalid_event',
  ],
  [
    'a lone surrogate as a person',
    '{"event":"login","event_id":"a","user_id":"\\ud800abcdefghij"}',
    {},
    422,
    'invalid_event',
  ],
])('W-7 %s has a clear answer', async (_, body, headers, status, code) => {
  const answer = await post(freshRelay(), { body, headers });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
  expect(await answer.json()).toMatchObject({
    status,
    code,
    type: expect.any(String),
    title: expect.any(String),
  });
});

test('W-7 no answer echoes what was sent', async () => {
  const personal = 'jane@example.com';
  const body = paidOrder({
    user_id: personal,
    properties: { order_id: 'o', value: personal as never, [personal]: 1 },
  });
  const answer = await post(freshRelay(), { body });
  expect(answer.status).toBe(422);
  expect(await answer.text()).not.toContain(personal);
});

test('W-14 a gzipped body is read', async () => {
  const body = gzipSync(JSON.stringify({ batch: paidOrders(2) }));
  const answer = await post(freshRelay(), { body, headers: { 'content-encoding': 'gzip' } });
  expect(await answer.json()).toMatchObject({ results: [{ status: 'accepted' }, { status: 'accepted' }] });
});

test.each([
  ['none', '', 401],
  ['another of the same length', `Bearer ${secret.replace('f', 'e')}`, 401],
  ['a prefix', `Bearer ${secret.slice(0, -1)}`, 401],
  ['a longer one', `Bearer ${secret}0`, 401],
  ['the wrong scheme', `Basic ${secret}`, 401],
  ['one without the scope', 'Bearer tlk_readonly_0123456789', 403],
])('W-8 a key that is %s may not write', async (_, authorization, status) => {
  const answer = await post(freshRelay(), { body: paidOrder(), headers: { authorization } });
  expect(answer.status).toBe(status);
  const text = await answer.text();
  expect(text).not.toContain('tlk_');
  expect(text.includes('events:write')).toBe(status === 403);
});

test('W-8 a key in the query string opens nothing', async () => {
  const relay = freshRelay();
  const answer = await post(relay, {
    body: paidOrder(),
    path: `/api/capture?key=${secret}`,
    headers: { authorization: '' },
  });
  expect(answer.status).toBe(401);
});

test('W-4 environments share nothing', async () => {
  const relay = freshRelay();
  await post(relay, { body: paidOrder() });
  const staging = { authorization: 'Bearer tlk_staging_0123456789' };
  expect(await (await post(relay, { body: paidOrder(), headers: staging })).json()).toMatchObject({
    status: 'accepted',
  });
  expect((await get(relay, '/api/events/ord_2_purchase')).status).toBe(404);
});

test('W-4 fifty copies at once count once', async () => {
  const relay = freshRelay();
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(relay, { body: paidOrder() })));
  const verdicts = (await Promise.all(answers.map((answer) => answer.json()))) as { status: string }[];
  expect(verdicts.filter(({ status }) => status === 'accepted')).toHaveLength(1);
  expect(verdicts.filter(({ status }) => status === 'duplicate')).toHaveLength(49);
});

test('W-13 a clock that is off by more than 5 s is corrected, and both times are kept', async () => {
  const relay = freshRelay();
  const late = { occurred_at: '2026-11-23T09:00:00.000Z', sent_at: '2026-11-23T09:00:30.000Z' };
  await post(relay, { body: { ...paidOrder(), ...late } });
  expect(await (await get(relay, '/api/events/ord_10492_purchase')).json()).toMatchObject({
    event: { occurred_at: '2026-11-23T10:15:01.000Z' },
    client_occurred_at: '2026-11-23T09:00:00.000Z',
  });
});

test('W-2 W-13 an event that waited while its clock was set back by days keeps its time', async () => {
  const relay = freshRelay();
  const waited = { occurred_at: '2026-11-23T10:15:00.000Z', sent_at: '2026-11-15T10:15:30.000Z' };
  const answer = await post(relay, { body: { ...paidOrder(), ...waited } });
  expect(await answer.json()).toMatchObject({ status: 'accepted' });
  expect(await (await get(relay, '/api/events/ord_10492_purchase')).json()).toMatchObject({
    event: { occurred_at: '2026-11-23T10:15:00.000Z' },
  });
  // Ahead of both clocks it is a mistake.
  const ahead = {
    event_id: 'ord_2_purchase',
    occurred_at: '2026-11-25T10:15:00.000Z',
    sent_at: waited.sent_at,
  };
  expect((await post(relay, { body: { ...paidOrder(), ...ahead } })).status).toBe(422);
});

test('W-16 W-19 an identify joins two ids, and the event shows the person', async () => {
  const relay = freshRelay();
  await post(relay, { body: paidOrder({ user_id: undefined }) });
  const answer = await post(relay, { body: { ...signedUp(), event_id: 'id_1' }, path: '/api/identify' });
  expect(await answer.json()).toEqual({ event_id: 'id_1', status: 'accepted', merged: true });
  expect(await (await get(relay, '/api/events/ord_10492_purchase')).json()).toMatchObject({
    identity: { user_id: 'cust_2048', anonymous_ids: ['anon_91b2'] },
  });
});

test('W-30 W-31 events are listed newest first, by page and by filter', async () => {
  const relay = freshRelay();
  await post(relay, { body: { batch: paidOrders(3) } });
  const first = (await (await get(relay, '/api/events?limit=2')).json()) as {
    events: { event: { event_id: string } }[];
    next_cursor: string;
  };
  expect(first.events.map(({ event }) => event.event_id)).toEqual(['ord_3_purchase', 'ord_2_purchase']);
  const rest = await (await get(relay, `/api/events?limit=2&after=${first.next_cursor}`)).json();
  expect(rest).toMatchObject({ events: [{ event: { event_id: 'ord_1_purchase' } }], next_cursor: null });
  expect(await (await get(relay, '/api/events?user_id=nobody_else')).json()).toEqual({
    events: [],
    next_cursor: null,
  });
  expect((await get(relay, '/api/events?limit=many')).status).toBe(400);
  expect((await get(relay, '/api/events/unknown')).status).toBe(404);
});

test('W-35 health says ok, other methods and paths say what they are', async () => {
  const relay = freshRelay();
  expect(await (await relay.fetch(new Request('http://relay.test/api/health'))).json()).toEqual({
    status: 'ok',
  });
  expect((await get(relay, '/api/capture')).status).toBe(405);
  expect((await get(relay, '/api/nothing')).status).toBe(404);
});

test('W-37 what clients dropped is counted once, also when the request is repeated', async () => {
  const relay = freshRelay();
  const body = { ...paidOrder(), client_report: { dropped: { queue_full: 3 } } };
  const headers = { 'idempotency-key': 'key_1' };
  await post(relay, { body, headers });
  await post(relay, { body, headers });
  expect(await (await get(relay, '/metrics')).text()).toContain('reason="queue_full"} 3');
  expect(await (await get(relay, '/api/events/ord_10492_purchase')).text()).not.toContain('client_report');
});

test('W-37 reasons that nobody knows are counted together, and counts that make no sense are not', async () => {
  const relay = freshRelay();
  const dropped = { expired: 2, made_up: 3, 'jane@example.com': 4, closed: -1, consent: 1.5, too_large: '9' };
  await post(relay, { body: { ...paidOrder(), client_report: { dropped } } });
  const metrics = await (await get(relay, '/metrics')).text();
  expect([...metrics.matchAll(/reason="(.*?)"} (.*)/g)].map(([, reason, n]) => [reason, n])).toEqual([
    ['expired', '2'],
    ['other', '7'],
  ]);
});

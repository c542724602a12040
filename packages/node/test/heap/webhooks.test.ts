import { createHmac } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { createMemoryTransport } from '@tracklayer/core';
import { createNodeClient, defineRegistry } from '../../src/index.ts';
import { createHeapWebhookHandler, type HeapWebhookOptions } from '../../src/heap/heap.ts';

const now = Date.UTC(2026, 5, 1, 12);
const secret = 'whsec_1';

const sync = {
  action_type: 'segment.users.sync',
  customer_config: { fields: [] },
  data: {
    segment: { id: 7, name: 'Lapsed buyers' },
    sync_info: { page_number: 1, total_pages: 2, sync_task_id: 'task_1' },
    add: [{ id: 'cust_1' }, { id: 'cust_2' }],
    remove: [{ id: 'cust_3' }],
  },
};

function signed(body: string, { ts = now, key = secret, sent = body } = {}): Request {
  const hmac = createHmac('sha256', key).update(`${ts}${body}`).digest('base64');
  return post(sent, { 'heap-hash': `ts:${ts},hmac:${hmac}` });
}

const post = (body: string, headers: Record<string, string>): Request =>
  new Request('https://shop.example.com/heap', { method: 'POST', body, headers });

function segmentHandler(options: Partial<HeapWebhookOptions> = {}) {
  const onSegmentSync = vi.fn<NonNullable<HeapWebhookOptions['onSegmentSync']>>();
  const handler = createHeapWebhookHandler({ secret, onSegmentSync, now: () => now, ...options });
  return { handler, onSegmentSync };
}

const statusOf = async (answer: Promise<Response>): Promise<number> => (await answer).status;

test('heap-facts §6: a signed segment sync is handed over before it is answered 200', async () => {
  let finish = (): void => undefined;
  const onSegmentSync = vi.fn<() => Promise<void>>(() => new Promise((resolve) => (finish = resolve)));
  const { handler } = segmentHandler({ onSegmentSync });
  const answer = handler(signed(JSON.stringify(sync)));
  await expect.poll(() => onSegmentSync).toHaveBeenCalled();
  expect(await Promise.race([answer, Promise.resolve('waiting')])).toBe('waiting');
  finish();
  expect(await statusOf(answer)).toBe(200);
  expect(onSegmentSync).toHaveBeenCalledWith({
    segment: { id: 7, name: 'Lapsed buyers' },
    sync_info: { page_number: 1, total_pages: 2, sync_task_id: 'task_1' },
    add: ['cust_1', 'cust_2'],
    remove: ['cust_3'],
  });
});

test('the signature is over the bytes as they came, spaces, order and accents too', async () => {
  const { handler, onSegmentSync } = segmentHandler();
  const body = JSON.stringify(sync, null, 2).replace('Lapsed', 'Lapsed\\u00e9 é 🛒');
  expect(await statusOf(handler(signed(body)))).toBe(200);
  expect(onSegmentSync.mock.calls[0]?.[0].segment.name).toBe('Lapsedé é 🛒 buyers');
});

test('a fixed vector: HMAC-SHA256 over ts and body', async () => {
  const { handler } = segmentHandler({ secret: 'key', now: () => 1_600_000_000_000 });
  const hmac = 'tBc+O1uYaCjviOs+c81d9QbTAHDH5avVlY02jhoXQKU=';
  const answer = await handler(post('{}', { 'heap-hash': `ts:1600000000000,hmac:${hmac}` }));
  // The signature is good, and the body no segment sync.
  expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'invalid' }]);
});

test.each([
  ['another secret', signed(JSON.stringify(sync), { key: 'whsec_2' })],
  ['another body', signed(JSON.stringify(sync), { sent: JSON.stringify({ ...sync, id_token: 'x' }) })],
  ['over 60 seconds old', signed(JSON.stringify(sync), { ts: now - 60_001 })],
  ['over 1 second ahead', signed(JSON.stringify(sync), { ts: now + 1_001 })],
  ['no form', post('{}', { 'heap-hash': 'hmac' })],
  ['a short hmac', post('{}', { 'heap-hash': `ts:${now},hmac:AAAA` })],
  ['no header at all', post(JSON.stringify(sync), {})],
])('401 for %s', async (_, request) => {
  const { handler, onSegmentSync } = segmentHandler();
  expect(await statusOf(handler(request))).toBe(401);
  expect(onSegmentSync).not.toHaveBeenCalled();
  expect(handler.stats()).toMatchObject({ refused: 1, synced: 0 });
});

test('60 seconds old and 1 second ahead are within tolerance', async () => {
  const { handler, onSegmentSync } = segmentHandler();
  expect(await statusOf(handler(signed(JSON.stringify(sync), { ts: now - 60_000 })))).toBe(200);
  expect(await statusOf(handler(signed(JSON.stringify(sync), { ts: now + 1_000 })))).toBe(200);
  expect(onSegmentSync).toHaveBeenCalledTimes(2);
});

test('the same signature works once, however it is written and whenever in its window it comes', async () => {
  let time = now;
  const { handler, onSegmentSync } = segmentHandler({ now: () => time });
  const body = JSON.stringify(sync);
  const first = signed(body, { ts: now + 1_000 });
  const header = first.headers.get('heap-hash') ?? '';
  expect(await statusOf(handler(first))).toBe(200);
  time += 61_000;
  expect(await statusOf(handler(post(body, { 'heap-hash': header })))).toBe(401);
  expect(await statusOf(handler(post(body, { 'heap-hash': header.replace(',', ' , ') })))).toBe(401);
  expect(onSegmentSync).toHaveBeenCalledTimes(1);
});

test('503 when onSegmentSync threw, and the same bytes are taken when Heap sends them again', async () => {
  const onError = vi.fn<NonNullable<HeapWebhookOptions['onError']>>();
  const { handler, onSegmentSync } = segmentHandler({ onError });
  onSegmentSync.mockRejectedValueOnce(new Error('the database is down'));
  expect(await statusOf(handler(signed(JSON.stringify(sync))))).toBe(503);
  expect(await statusOf(handler(signed(JSON.stringify(sync))))).toBe(200);
  expect(onError.mock.calls.map(([error]) => error.code)).toEqual(['callback']);
  expect(handler.stats()).toMatchObject({ failed: 1, synced: 1 });
});

test('a page that stays wrong is accepted as invalid with its reason, and not sent again', async () => {
  const onError = vi.fn<NonNullable<HeapWebhookOptions['onError']>>();
  const { handler } = segmentHandler({ onError, onSegmentSync: () => ({ invalid: 'page 7 of 5' }) });
  const answer = await handler(signed(JSON.stringify(sync)));
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'invalid', detail: 'page 7 of 5' }]);
  expect(onError.mock.calls.map(([error]) => error.message)).toEqual(['[heap] webhook: page 7 of 5']);
  expect(handler.stats()).toMatchObject({ invalid: 1, synced: 0 });
});

test('what is refused unread is reported once in ten minutes, so that a wrong secret is seen', async () => {
  let time = now;
  const onError = vi.fn<NonNullable<HeapWebhookOptions['onError']>>();
  const { handler } = segmentHandler({ onError, now: () => time, maxBodyBytes: 5_000 });
  const large = (): Request => signed(JSON.stringify({ ...sync, id_token: 'x'.repeat(5_000) }));
  for (const wait of [0, 599_999, 1]) {
    time += wait;
    await handler(signed(JSON.stringify(sync), { key: 'whsec_2' }));
    await handler(large());
  }
  const messages = onError.mock.calls.map(([error]) => error.message);
  expect(messages).toHaveLength(4);
  expect(messages.slice(0, 2)).toEqual([
    expect.stringContaining('its signature is not of `secret`, or over a minute old'),
    expect.stringContaining('a body over 5000 bytes was refused'),
  ]);
});

test('a body is read up to its limit; other methods have nothing here', async () => {
  const { handler } = segmentHandler({ maxBodyBytes: 100 });
  expect(await statusOf(handler(signed(JSON.stringify(sync))))).toBe(413);
  expect(await statusOf(handler(new Request('https://shop.example.com/heap')))).toBe(405);
});

const registry = defineRegistry([
  {
    source: 'heap',
    source_event: 'Order Completed',
    canonical_event: 'purchase',
    status: 'approved',
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  },
  { source: 'heap', source_event: 'Cart Seen', canonical_event: 'view_cart', status: 'draft' },
  {
    source: 'heap',
    source_event: 'Searched',
    canonical_event: 'search',
    status: 'approved',
    properties: { search_term: 'term' },
  },
]);
const order = { orderId: 'ord_10492', total: '129.95', currency: 'EUR' };

function eventHandler(options: Partial<HeapWebhookOptions> = {}) {
  const transport = createMemoryTransport();
  const client = createNodeClient({ transport });
  const onDrift = vi.fn<NonNullable<HeapWebhookOptions['onDrift']>>();
  const handler = createHeapWebhookHandler({ eventSecret: 'evt_1', registry, client, onDrift, ...options });
  const send = async (body: unknown, secretSent = 'evt_1'): Promise<[number, Record<string, unknown>]> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await handler(post(text, { authorization: secretSent }));
    return [answer.status, (await answer.json()) as Record<string, unknown>];
  };
  return { handler, send, client, transport, onDrift };
}

test('P-3 a labelled event becomes a canonical one, once, though Heap sends it twice', async () => {
  const { send, client, transport } = eventHandler();
  const body = { event: 'Order Completed', identity: 'cust_2048', user_id: '4503', time: now, ...order };
  const captured = [200, { status: 'captured', event_id: 'ord_10492_purchase' }];
  expect(await send(body)).toEqual(captured);
  expect(await send(body, 'Bearer evt_1')).toEqual(captured);
  expect(await client.flush()).toMatchObject({ delivered: 1, duplicate: 1 });
  expect(transport.delivered).toMatchObject([
    {
      event: 'purchase',
      event_id: 'ord_10492_purchase',
      user_id: 'cust_2048',
      properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
      source: 'heap',
      occurred_at: '2026-06-01T12:00:00.000Z',
      context: { heap: { user_id: '4503' } },
    },
  ]);
});

test('P-2 an entry gives the id of an event that has no key, so that at least once becomes once', async () => {
  const downloads = defineRegistry([
    {
      source: 'heap',
      source_event: 'Guide Downloaded',
      canonical_event: 'download',
      status: 'approved',
      properties: { content_id: 'guide', visit: 'visit' },
      event_key: 'visit.content_id',
    },
  ]);
  const { send, client } = eventHandler({ registry: downloads });
  const body = { event: 'Guide Downloaded', identity: 'cust_2048', time: now, guide: 'g_1', visit: 7 };
  const captured = [200, { status: 'captured', event_id: '7.g_1_download' }];
  expect([await send(body), await send(body)]).toEqual([captured, captured]);
  expect(await client.flush()).toMatchObject({ delivered: 1, duplicate: 1 });
  const [, answer] = await send({ ...body, visit: undefined });
  expect(answer).toMatchObject({ status: 'missing', missing: ['visit', 'content_id'] });
});

test('properties may be one level below, and a visitor may have no identity', async () => {
  const { send, client, transport } = eventHandler();
  await send({ event_name: 'Order Completed', user_id: 4503, identity: '', properties: order });
  await client.flush();
  expect(transport.delivered[0]).toMatchObject({ anonymous_id: 'heap_4503', event_id: 'ord_10492_purchase' });
  expect(transport.delivered[0]).not.toHaveProperty('user_id');
});

test('personOf decides who it is', async () => {
  const personOf = (): { user_id: string } => ({ user_id: 'cust_1' });
  const { send, client, transport } = eventHandler({ personOf });
  await send({ event: 'Order Completed', identity: 'jane@example.com', ...order });
  await client.flush();
  expect(transport.delivered).toMatchObject([{ user_id: 'cust_1' }]);
});

test('W-32 what is not promoted is answered 200 with the reason, counted, and reported once', async () => {
  const { send, handler, transport, onDrift, client } = eventHandler();
  const person = { identity: 'cust_2048' };
  expect(await send({ event: 'Order completed', ...person })).toEqual([
    200,
    { status: 'unmapped', source_event: 'Order completed', expected: 'Order Completed' },
  ]);
  expect(await send({ event: 'Cart Seen', ...person })).toMatchObject([200, { status: 'draft' }]);
  expect(await send({ event: 'Order Completed', ...person })).toMatchObject([
    200,
    { status: 'missing', missing: ['order_id', 'value', 'currency'] },
  ]);
  await send({ event: 'Order Completed', ...person });
  // A search has no business key: sent twice, it would count twice.
  expect(await send({ event: 'Searched', term: 'shoes', ...person })).toMatchObject([
    200,
    { status: 'missing', missing: ['business key'] },
  ]);
  expect(handler.stats()).toMatchObject({ captured: 0, unmapped: 1, draft: 1, missing: 3 });
  expect(onDrift.mock.calls.map(([{ kind, source_event }]) => `${kind} ${source_event}`)).toEqual([
    'unmapped Order completed',
    'draft Cart Seen',
    'missing Order Completed',
    'missing Searched',
  ]);
  await client.flush();
  expect(transport.delivered).toEqual([]);
});

test.each(['{', '[]', '"x"', 'null', '{}', '{"event":7e999}', '{"event":"Order Completed"}'])(
  'a body of no use is answered 200, reported and counted: %s',
  async (body) => {
    const onError = vi.fn<NonNullable<HeapWebhookOptions['onError']>>();
    const { send, handler } = eventHandler({ onError });
    const [status] = await send(body);
    const { invalid, missing, unmapped } = handler.stats();
    expect([status, invalid + missing + unmapped]).toEqual([200, 1]);
  },
);

test('an event without its person is reported, without a value of it', async () => {
  const onError = vi.fn<NonNullable<HeapWebhookOptions['onError']>>();
  const { send } = eventHandler({ onError });
  const [status, answer] = await send({ event: 'Order Completed', identity: 'jane@example.com', ...order });
  expect([status, answer['status']]).toEqual([200, 'invalid']);
  expect(JSON.stringify([answer, String(onError.mock.calls[0]?.[0])])).not.toContain('jane');
});

test('without the secret there is no way in', async () => {
  const { send, transport, client } = eventHandler();
  const body = { event: 'Order Completed', identity: 'cust_2048', ...order };
  expect((await send(body, 'evt_2'))[0]).toBe(401);
  expect((await send(body, ''))[0]).toBe(401);
  expect((await send({ ...sync }, 'evt_2'))[0]).toBe(401);
  await client.flush();
  expect(transport.delivered).toEqual([]);
});

test('503 while the client takes nothing, so that Heap keeps the event', async () => {
  const { send, client } = eventHandler();
  await client.close();
  expect((await send({ event: 'Order Completed', identity: 'cust_2048', ...order }))[0]).toBe(503);
});

test('W-32 a deprecated entry still promotes, and is reported once with its last day', async () => {
  const deprecated = defineRegistry([
    {
      source: 'heap',
      source_event: 'Order Completed',
      canonical_event: 'purchase',
      status: 'deprecated',
      deprecated_until: '2026-12-31',
      properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
    },
  ]);
  let today = now;
  const { send, onDrift, handler } = eventHandler({ registry: deprecated, now: () => today });
  const body = { event: 'Order Completed', identity: 'cust_2048', time: now, ...order };
  expect(await send(body)).toEqual([200, { status: 'captured', event_id: 'ord_10492_purchase' }]);
  await send({ ...body, orderId: 'ord_2' });
  expect(onDrift.mock.calls).toEqual([
    [
      {
        kind: 'deprecated',
        source_event: 'Order Completed',
        canonical_event: 'purchase',
        deprecated_until: '2026-12-31',
      },
    ],
  ]);
  expect(handler.stats().captured).toBe(2);
  today = Date.UTC(2027, 0, 1);
  expect((await send({ ...body, time: today }))[1]).toMatchObject({ status: 'draft' });
});

/** A handler whose client reports to a relay that says what `report` says. */
function reportingHandler(report: NonNullable<HeapWebhookOptions['client']>['reportSightings']) {
  const reportSightings = vi.fn<NonNullable<typeof report>>(report);
  const { capture } = createNodeClient({ transport: createMemoryTransport() });
  const clock = { now };
  const made = eventHandler({ client: { capture, reportSightings }, now: () => clock.now });
  const see = (event: string) => made.send({ event, identity: 'cust_2048', ...order });
  const told = () => reportSightings.mock.calls.map(([sightings]) => sightings);
  return { ...made, see, told, clock };
}
const seen = (source_event: string, count: number) => ({ source: 'heap', source_event, count });

test('P-5 labels that the registry names, or nearly, are counted, and reported at most once a minute', async () => {
  const { see, told, clock } = reportingHandler(() => Promise.resolve(true));
  await see('Order Completed');
  expect(told()).toEqual([[seen('Order Completed', 1)]]);
  for (const label of ['Order Completed', 'order completed', 'Order Completed', 'Private Notes'])
    await see(label);
  await see('Cart Seen');
  clock.now += 59_999;
  await see('Private Notes');
  expect(told()).toHaveLength(1);
  clock.now += 1;
  await see('Private Notes');
  expect(told()[1]).toEqual([seen('Order Completed', 2), seen('order completed', 1), seen('Cart Seen', 1)]);
  clock.now += 60_000;
  await see('Private Notes');
  expect(told()).toHaveLength(2);
});

test.each<[string, () => Promise<boolean>]>([
  ['says no', () => Promise.resolve(false)],
  ['rejects', () => Promise.reject(new Error('gone'))],
  [
    'throws',
    () => {
      throw new Error('gone');
    },
  ],
])('P-1 counts that the relay did not take are reported with the next: the client %s', async (_, report) => {
  const { see, told, clock } = reportingHandler(report);
  expect((await see('Order Completed'))[0]).toBe(200);
  clock.now += 60_000;
  await see('Order Completed');
  expect(told()).toEqual([[seen('Order Completed', 1)], [seen('Order Completed', 2)]]);
});

test('P-4 Heap does not wait for a report', async () => {
  const { see } = reportingHandler(() => new Promise(() => undefined));
  expect((await see('Order Completed'))[0]).toBe(200);
});

test('a secret that is wrong counts nothing, nor does a label that the relay would refuse', async () => {
  const { send, see, told } = reportingHandler(() => Promise.resolve(true));
  await send({ event: 'Order Completed' }, 'evt_2');
  await see('@Order Completed');
  expect(told()).toEqual([]);
});

test.each([
  {},
  { secret },
  { eventSecret: 'x' },
  { secret, onSegmentSync: () => undefined, maxBodyBytes: 0 },
])('options that cannot work are refused: %o', (options) =>
  expect(() => createHeapWebhookHandler(options)).toThrow('[invalid_options]'),
);

test.each([
  ['a day that does not exist', '2026-02-30T10:00:00Z', 'is not a date that exists'],
  ['no time at all', 'yesterday', 'must be ISO-8601'],
  ['one of 1970', 1, 'is before 2015'],
  ['one far ahead', now + 2 * 86_400_000, 'is over a day ahead'],
])('the time of an event is refused when it is %s', async (_, time, words) => {
  const { send } = eventHandler({ now: () => now });
  const [, answer] = await send({ event: 'Order Completed', identity: 'cust_2048', ...order, time });
  expect(answer).toMatchObject({ status: 'invalid', detail: expect.stringContaining(words) as string });
});

test.each([
  ['seconds', Math.floor(now / 1_000)],
  ['text of seconds', String(Math.floor(now / 1_000))],
  ['microseconds', now * 1_000],
  ['ISO-8601 without a zone', new Date(now).toISOString().replace('T', ' ').replace('Z', '')],
])('the time of an event may be %s', async (_, time) => {
  const { send } = eventHandler({ now: () => now });
  const [, answer] = await send({ event: 'Order Completed', identity: 'cust_2048', ...order, time });
  expect(answer).toMatchObject({ status: 'captured' });
});

import { HttpResponse } from 'msw';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createHeapClient, type HeapClientOptions } from '../../src/heap/heap.ts';
import { fakeHeap, type HeapSays } from './fake-heap.ts';

const heapClient = (options?: Partial<HeapClientOptions>) =>
  createHeapClient({ appId: '11', region: 'us', apiKey: 'key_1', ...options });

function fakeTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
}

const bought = (order: number, identity = 'cust_2048') => ({
  event: 'Order Completed',
  event_id: `ord_${order}_purchase`,
  identity,
});
const orders = (count: number, identity?: (order: number) => string) =>
  Array.from({ length: count }, (_, order) => bought(order, identity?.(order)));

test('heap-facts §5: an event goes to /api/track with our event id as its idempotency key', async () => {
  const { arrivals } = fakeHeap();
  const properties = { total: 129.95, gift: true, coupon: undefined };
  const occurred_at = Date.UTC(2026, 0, 2);
  const result = await heapClient().track({ ...bought(1), properties, occurred_at });
  expect(result).toEqual({ sent: 1, failed: [] });
  expect(arrivals).toMatchObject([{ method: 'POST', url: 'https://heapanalytics.com/api/track' }]);
  expect(arrivals[0]?.body).toEqual({
    app_id: '11',
    event: 'Order Completed',
    identity: 'cust_2048',
    idempotency_key: 'ord_1_purchase',
    timestamp: '2026-01-02T00:00:00.000Z',
    properties: { total: 129.95, gift: 'true' },
  });
});

test('an event that came twice counts once, in Heap, by its id', async () => {
  const { arrivals, events } = fakeHeap();
  const heap = heapClient();
  await heap.track(bought(1));
  await heap.track(bought(1));
  await heap.trackMany([bought(1), bought(2)]);
  expect(arrivals).toHaveLength(3);
  expect([...events.keys()]).toEqual(['ord_1_purchase', 'ord_2_purchase']);
});

test('region eu: the same paths on the European host', async () => {
  const { arrivals } = fakeHeap();
  const heap = heapClient({ region: 'eu' });
  await heap.identify({ identity: 'cust_2048', user_id: '4503599627370496' });
  await heap.addUserProperties({ identity: 'cust_2048', properties: { plan: 'pro' } });
  await heap.addUserPropertiesMany([
    { identity: 'cust_1', properties: { plan: 'pro' } },
    { identity: 'cust_2', properties: { plan: 'free' } },
  ]);
  await heap.addAccountProperties({ account_id: 'acc_1', properties: { seats: 5 } });
  await heap.addAccountPropertiesMany([
    { account_id: 'acc_1', properties: { seats: 6 } },
    { account_id: 'acc_2', properties: { seats: 7 } },
  ]);
  const host = 'https://c.eu.heap-api.com/api';
  expect(arrivals.map(({ url }) => url)).toEqual([
    `${host}/v1/identify`,
    `${host}/add_user_properties`,
    `${host}/add_user_properties`,
    `${host}/add_account_properties`,
    `${host}/add_account_properties`,
  ]);
  expect(arrivals.map(({ body }) => body)).toEqual([
    { app_id: '11', identity: 'cust_2048', user_id: '4503599627370496' },
    { app_id: '11', identity: 'cust_2048', properties: { plan: 'pro' } },
    {
      app_id: '11',
      users: [
        { identity: 'cust_1', properties: { plan: 'pro' } },
        { identity: 'cust_2', properties: { plan: 'free' } },
      ],
    },
    { app_id: '11', account_id: 'acc_1', properties: { seats: 5 } },
    {
      app_id: '11',
      accounts: [
        { account_id: 'acc_1', properties: { seats: 6 } },
        { account_id: 'acc_2', properties: { seats: 7 } },
      ],
    },
  ]);
});

test('2,500 events are three requests of at most 1,000, in order', async () => {
  const { arrivals, events } = fakeHeap();
  const result = await heapClient().trackMany(orders(2_500, (order) => `cust_${order}`));
  expect(result).toEqual({ sent: 2_500, failed: [] });
  expect(arrivals.map(({ body }) => body?.events?.length)).toEqual([1_000, 1_000, 500]);
  expect([...events.keys()]).toEqual(orders(2_500).map(({ event_id }) => event_id));
});

test('one person has at most 30 requests in 30 seconds; others do not wait for them', async () => {
  const { arrivals, advance } = fakeHeap();
  fakeTime();
  const heap = heapClient();
  const all = Promise.all(orders(70).map((event) => heap.track(event)));
  await advance(1_000);
  expect(arrivals).toHaveLength(30);
  await heap.track(bought(99, 'cust_1'));
  expect(arrivals).toHaveLength(31);
  await advance(70_000);
  await all;
  const times = arrivals.filter(({ body }) => body?.['identity'] === 'cust_2048').map(({ at }) => at);
  expect(times).toHaveLength(70);
  for (const at of times) {
    expect(times.filter((other) => other >= at && other < at + 30_000).length).toBeLessThanOrEqual(30);
  }
});

test('P-4 events that are tracked one by one begin at most 250 requests a second', async () => {
  const { arrivals, settled, advance } = fakeHeap();
  fakeTime();
  const heap = heapClient();
  const all = Promise.all(orders(600, (order) => `cust_${order}`).map((event) => heap.track(event)));
  await settled();
  expect(arrivals).toHaveLength(250);
  await advance(999);
  expect(arrivals).toHaveLength(250);
  await advance(1);
  expect(arrivals).toHaveLength(500);
  await advance(1_000);
  await all;
  expect(arrivals).toHaveLength(600);
});

test('one app sends at most 15,000 events a minute', async () => {
  const { arrivals, settled, advance } = fakeHeap();
  fakeTime();
  const all = heapClient().trackMany(orders(31_000, (order) => `cust_${order}`));
  await settled();
  expect(arrivals).toHaveLength(15);
  await advance(60_000);
  expect(arrivals).toHaveLength(15);
  await advance(1_000);
  expect(arrivals).toHaveLength(30);
  await advance(61_000);
  expect(await all).toEqual({ sent: 31_000, failed: [] });
});

test.each([408, 425, 429, 500, 503, 529])(
  '%d is tried again, after what Retry-After asks',
  async (status) => {
    const { arrivals, events, advance } = fakeHeap((_, nth) =>
      nth === 1 ? new HttpResponse(null, { status, headers: { 'retry-after': '7' } }) : undefined,
    );
    fakeTime();
    const result = heapClient().track(bought(1));
    await advance(6_500);
    expect(arrivals).toHaveLength(1);
    await advance(1_000);
    expect(await result).toEqual({ sent: 1, failed: [] });
    expect(events.size).toBe(1);
  },
);

test('an event without an id has one all the same, which its retries share', async () => {
  const { arrivals, events, advance } = fakeHeap((_, nth) => (nth === 1 ? HttpResponse.error() : undefined));
  fakeTime();
  const result = heapClient().track({ event: 'Refund Issued', user_id: '4503599627370496' });
  await advance(30_000);
  expect(await result).toEqual({ sent: 1, failed: [] });
  expect(arrivals[0]?.body?.['idempotency_key']).toMatch(/^[\da-f-]{36}$/);
  expect(arrivals[1]?.body).toEqual(arrivals[0]?.body);
  expect(events.size).toBe(1);
});

test('400 is not tried again; the error names no person', async () => {
  const { arrivals } = fakeHeap(() => new HttpResponse(null, { status: 400 }));
  const onError = vi.fn<(error: Error) => void>();
  const { sent, failed } = await heapClient({ onError }).track(bought(1, 'jane@example.com'));
  expect(arrivals).toHaveLength(1);
  expect(sent).toBe(0);
  expect(failed.map(({ index }) => index)).toEqual([0]);
  expect(failed[0]?.error.code).toBe('heap');
  expect(failed[0]?.error.cause).toBeUndefined();
  expect(failed[0]?.error.message).toBe(
    '[heap] /api/track: Heap answers 400: check appId and the names of the fields',
  );
  expect(onError).toHaveBeenCalledTimes(1);
  expect(JSON.stringify(onError.mock.calls)).not.toContain('jane');
});

const status = (code: number) => new HttpResponse(null, { status: code });
const everybodyElse = (order: number): string => `cust_${order}`;

/** Heap that refuses every request with one of these orders in it. */
const refusing =
  (bad: readonly number[], code = 400): HeapSays =>
  ({ body }) => {
    const ids = (body?.events ?? [body ?? {}]).map((event) => event['idempotency_key']);
    return bad.some((order) => ids.includes(`ord_${order}_purchase`)) ? status(code) : undefined;
  };

test.each([
  ['the first', 1_000, [0], 21],
  ['the last', 1_000, [999], 21],
  ['one in the second request', 1_500, [1_200], 20],
  ['two that are far apart', 1_000, [3, 700], 40],
  ['seven in a row at the start, before any good one', 1_000, [0, 1, 2, 3, 4, 5, 6], 50],
  ['both of two', 2, [0, 1], 3],
])('P-8 only the bad event fails: %s', async (_, count, bad, atMost) => {
  const { arrivals, events } = fakeHeap(refusing(bad));
  const onError = vi.fn<(error: Error) => void>();
  const result = await heapClient({ onError }).trackMany(orders(count, everybodyElse));
  expect(result.failed.map(({ index }) => index)).toEqual(bad);
  expect(result.sent).toBe(count - bad.length);
  expect(events.size).toBe(count - bad.length);
  expect(onError).toHaveBeenCalledTimes(bad.length);
  expect(arrivals.length).toBeLessThanOrEqual(atMost);
});

test('P-8 413: a request that is too large goes in halves', async () => {
  const { arrivals, events } = fakeHeap(({ body }) =>
    (body?.events?.length ?? 1) > 300 ? status(413) : undefined,
  );
  expect(await heapClient().trackMany(orders(1_000, everybodyElse))).toEqual({ sent: 1_000, failed: [] });
  expect(arrivals.map(({ body }) => body?.events?.length)).toEqual([1_000, 500, 250, 250, 500, 250, 250]);
  expect([...events.keys()]).toEqual(orders(1_000).map(({ event_id }) => event_id));
});

test('P-8 a bad user harms no other', async () => {
  const { arrivals } = fakeHeap(({ body }) =>
    JSON.stringify(body).includes('cust_2"') ? status(400) : undefined,
  );
  const users = [1, 2, 3, 4].map((place) => ({ identity: `cust_${place}`, properties: { plan: 'pro' } }));
  const { sent, failed } = await heapClient().addUserPropertiesMany(users);
  expect([sent, failed.map(({ index }) => index)]).toEqual([3, [1]]);
  expect(arrivals).toHaveLength(5);
});

test('a set-up at fault is reported after a few requests, not after two for each event', async () => {
  const { arrivals, events } = fakeHeap(() => status(400));
  const { sent, failed } = await heapClient().trackMany(orders(3_000, everybodyElse));
  expect([sent, events.size]).toEqual([0, 0]);
  expect(failed.map(({ index }) => index)).toEqual(orders(3_000).map((_, place) => place));
  expect(failed.at(-1)?.error.message).toContain('400: check appId');
  expect(arrivals.length).toBeLessThan(40);
});

test('the search for a bad event keeps to the limit of one person', async () => {
  const { arrivals, settled, advance } = fakeHeap(refusing([0]));
  fakeTime();
  const all = heapClient().trackMany(orders(1_000));
  await settled();
  expect(arrivals).toHaveLength(1);
  await advance(60_000);
  expect(arrivals).toHaveLength(1);
  await advance(200_000);
  expect(await all).toMatchObject({ sent: 999, failed: [{ index: 0 }] });
  for (const { at } of arrivals) {
    const inTheMinute = arrivals.filter((other) => other.at >= at && other.at < at + 60_000);
    const sum = inTheMinute.reduce((total, { body }) => total + (body?.events?.length ?? 1), 0);
    expect(sum).toBeLessThanOrEqual(1_000);
  }
});

test('what Heap would refuse or lose is not sent, and the rest is', async () => {
  const { arrivals } = fakeHeap();
  const good = bought(1);
  const bad: unknown[] = [
    { ...good, event: '' },
    { ...good, event: 'x'.repeat(1_025) },
    { ...good, identity: 'x'.repeat(256) },
    { ...good, identity: 'anonymous' },
    { ...good, user_id: '12' },
    { event: 'Order Completed' },
    { event: 'Order Completed', user_id: '9007199254740992' },
    { ...good, occurred_at: 'yesterday' },
    { ...good, properties: { note: 'x'.repeat(1_024) } },
    { ...good, properties: { total: NaN } },
    { ...good, properties: { items: [] } },
    {
      get event() {
        throw new Error('jane@example.com');
      },
    },
    null,
  ];
  const { sent, failed } = await heapClient().trackMany([...bad, good] as never);
  expect(sent).toBe(1);
  expect(failed.map(({ index }) => index)).toEqual(bad.map((_, index) => index));
  expect(failed.map(({ error }) => error.message).join()).not.toMatch(/jane|cust_2048/);
  expect(arrivals).toHaveLength(1);
  expect((await heapClient().addUserProperties({ identity: 'cust_1', properties: { id: 1 } })).sent).toBe(0);
});

test('users are deleted with a token, which is asked for once', async () => {
  const { arrivals } = fakeHeap();
  const heap = heapClient();
  expect(await heap.deleteUsers([{ identity: 'cust_2048' }, { user_id: '12' }])).toEqual([
    { deletion_request_id: 'del_1', status: undefined },
  ]);
  expect(await heap.deletionStatus('del_1')).toEqual({ deletion_request_id: 'del_1', status: 'complete' });
  const base = 'https://heapanalytics.com/api/public/v0';
  expect(arrivals.map(({ method, url, authorization }) => [method, url, authorization])).toEqual([
    ['POST', `${base}/auth_token`, `Basic ${btoa('11:key_1')}`],
    ['POST', `${base}/user_deletion`, 'Bearer tok_1'],
    ['GET', `${base}/deletion_status/del_1`, 'Bearer tok_1'],
  ]);
  expect(arrivals[1]?.body).toEqual({ users: [{ identity: 'cust_2048' }, { user_id: '12' }] });
});

test('a deletion that Heap does not take rejects: it must not pass unseen', async () => {
  fakeHeap(() => new HttpResponse(null, { status: 401 }));
  await expect(heapClient().deleteUsers([{ identity: 'cust_2048' }])).rejects.toThrow(
    '[heap] /api/public/v0/auth_token: Heap answers 401',
  );
  await expect(heapClient({ apiKey: undefined }).deletionStatus('del_1')).rejects.toThrow('no apiKey');
});

test.each([{ appId: '' }, { appId: 'abc' }, { region: 'asia' }, { retries: -1 }, { requestTimeoutMs: 0 }])(
  'options that cannot work are refused when the client is made: %o',
  (wrong) => {
    expect(() => heapClient(wrong as never)).toThrow('[invalid_options]');
  },
);

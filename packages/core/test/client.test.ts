import { expect, onTestFinished, test, vi } from 'vitest';
import { createClient, createMemoryTransport, type Conflict, type MessageStore } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';
import { clientWith, idsOf, isConserved } from './client-with.ts';
import { paidOrder, paidOrders } from './events.ts';
import { createFakePlatform, settle } from './fake-platform.ts';

test('W-10 the guide’s purchase leaves as the guide writes it, with its id made from the order', async () => {
  const { client, transport } = clientWith();
  const receipt = client.capture(paidOrder());
  expect(receipt.event_id).toBe('ord_10492_purchase');
  expect(await client.flush()).toEqual({ delivered: 1, duplicate: 0, dropped: {}, pending: 0 });
  expect(JSON.parse(transport.requests[0]!.body)).toEqual({
    event: 'purchase',
    event_id: 'ord_10492_purchase',
    user_id: 'cust_2048',
    anonymous_id: 'anon_91b2',
    properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
    source: 'server',
    occurred_at: '2026-11-23T10:15:30.123Z',
    sent_at: '2026-11-23T10:15:30.123Z',
  });
  expect(await receipt.settled()).toEqual({ status: 'delivered' });
});

test('W-12 twenty messages go at once, as one batch', async () => {
  const { client, transport } = clientWith();
  for (const order of paidOrders(20)) client.capture(order);
  await settle();
  expect(transport.requests.map((request) => idsOf(request).length)).toEqual([20]);
});

test('a lone message goes after the flush interval', async () => {
  const { client, transport, platform } = clientWith();
  client.capture(paidOrder());
  await platform.advance(4_999);
  expect(transport.requests).toHaveLength(0);
  await platform.advance(1);
  expect(transport.requests).toHaveLength(1);
});

test('batches keep to their count and their bytes', async () => {
  const byCount = clientWith(undefined, { maxBatchEvents: 7 });
  for (const order of paidOrders(20)) byCount.client.capture(order);
  await byCount.client.flush();
  expect(byCount.transport.requests.map((request) => idsOf(request).length)).toEqual([7, 7, 6]);

  const byBytes = clientWith(undefined, { maxBatchBytes: 2_000 });
  for (const order of paidOrders(20)) byBytes.client.capture(order);
  await byBytes.client.flush();
  expect(byBytes.transport.delivered).toHaveLength(20);
  for (const { body } of byBytes.transport.requests)
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(2_000);
});

test('P-3 the same order again is settled here, as a duplicate', async () => {
  const { client, transport } = clientWith();
  client.capture(paidOrder());
  const again = client.capture(paidOrder());
  expect(again.event_id).toBe('ord_10492_purchase');
  expect(await again.settled()).toEqual({ status: 'duplicate' });
  await client.flush();
  expect(transport.delivered).toHaveLength(1);
  expect(client.stats()).toEqual({ captured: 2, delivered: 1, duplicate: 1, dropped: {}, pending: 0 });
});

test('W-4 another amount under a known id is reported and sent once', async () => {
  const onConflict = vi.fn<(conflict: Conflict) => void>();
  const { client, transport } = clientWith(undefined, { onConflict });
  const other = { properties: { order_id: 'ord_10492', value: 99, currency: 'EUR' } };
  client.capture(paidOrder());
  client.capture(paidOrder('ord_10492', other));
  client.capture(paidOrder('ord_10492', other));
  await client.flush();
  const conflict = { event_id: 'ord_10492_purchase', event: 'purchase' };
  // The server sees it too, which is no news.
  expect(onConflict.mock.calls).toEqual([[{ ...conflict, seen_by: 'client' }]]);
  expect(transport.requests.flatMap(idsOf)).toEqual(['ord_10492_purchase', 'ord_10492_purchase']);
  // Each of the two has its own verdict, though they went in one batch.
  expect(client.stats()).toMatchObject({ delivered: 1, duplicate: 2 });
});

test('W-4 a conflict that only the server can see is reported once', async () => {
  const first = clientWith();
  const second = clientWith(undefined, { transport: first.transport });
  first.client.capture(paidOrder());
  await first.client.flush();
  const other = { properties: { order_id: 'ord_10492', value: 99, currency: 'EUR' } };
  second.client.capture(paidOrder('ord_10492', other));
  second.client.capture(paidOrder('ord_10492', other));
  await second.client.flush();
  expect(second.conflicts).toEqual([
    { event_id: 'ord_10492_purchase', event: 'purchase', seen_by: 'server' },
  ]);
});

test('P-8 an event that breaks the contract is refused, reported, and harms nobody', async () => {
  const { client, drops } = clientWith();
  const receipt = client.capture({
    event: 'purchase',
    user_id: 'u_1',
    properties: { order_id: 'o' },
  } as never);
  client.capture(paidOrder());
  expect(receipt.event_id).toBeNull();
  expect(drops).toEqual([
    {
      event_id: null,
      event: 'purchase',
      reason: 'invalid_event',
      detail: 'purchase: properties.value is missing; properties.currency is missing',
      problems: [
        { path: 'properties.value', message: 'is missing', code: 'missing' },
        { path: 'properties.currency', message: 'is missing', code: 'missing' },
      ],
    },
  ]);
  expect(await client.flush()).toEqual({
    delivered: 1,
    duplicate: 0,
    dropped: { invalid_event: 1 },
    pending: 0,
  });
});

test.each([
  ['the event is undefined', undefined],
  ['the event is null', null],
  ['the event is text', 'purchase'],
  ['the name is unknown', { event: 'Order Completed', user_id: 'u_1', properties: {} }],
  [
    'the name’s toString throws',
    {
      event: {
        toString() {
          throw new Error('no');
        },
      },
      user_id: 'u_1',
    },
  ],
  ['nobody did it', { event: 'login' }],
  ['the currency is missing', paidOrder('o', { properties: { order_id: 'o', value: 1 } })],
  [
    'the amount is text',
    paidOrder('o', { properties: { order_id: 'o', value: '12,50', currency: 'EUR' } } as never),
  ],
  [
    'the amount is NaN',
    paidOrder('o', { properties: { order_id: 'o', value: Number.NaN, currency: 'EUR' } }),
  ],
  [
    'the amount is infinite',
    paidOrder('o', { properties: { order_id: 'o', value: Infinity, currency: 'EUR' } }),
  ],
  [
    'a getter throws',
    {
      event: 'login',
      user_id: 'u_1',
      properties: {
        get x() {
          throw new Error('no');
        },
      },
    },
  ],
  [
    'a proxy is revoked',
    {
      event: 'login',
      user_id: 'u_1',
      properties: (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
    },
  ],
  [
    'properties have 100,000 keys',
    {
      event: 'login',
      user_id: 'u_1',
      properties: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n])),
    },
  ],
  ['user_id is an object', { event: 'login', user_id: {} }],
  ['user_id is no person', { event: 'login', user_id: 'undefined' }],
  ['event_id is hostile', { event: 'login', user_id: 'u_1', event_id: 'a\r\nb' }],
  ['occurred_at is no time', { event: 'login', user_id: 'u_1', occurred_at: 'yesterday' }],
])('P-4 no throw, a reason and unharmed neighbours when %s', async (_, hostile) => {
  const { client, transport, drops } = clientWith();
  client.capture(paidOrder('before'));
  const receipt = client.capture(hostile as never);
  client.capture(paidOrder('after'));
  expect(receipt.event_id).toBeNull();
  expect(await receipt.settled()).toMatchObject({
    status: 'dropped',
    reason: expect.stringMatching(/^(invalid_event|too_large)$/) as string,
  });
  expect(drops).toHaveLength(1);
  expect(drops[0]!.detail).toBeTruthy();
  await client.flush();
  expect(transport.delivered.map(({ event_id }) => event_id)).toEqual(['before_purchase', 'after_purchase']);
  expect(isConserved(client.stats())).toBe(true);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('W-5 what the app changes after the call changes nothing', async () => {
  const { client, transport } = clientWith();
  const properties = { order_id: 'ord_1', value: 10, currency: 'EUR' };
  client.capture({ event: 'purchase', user_id: 'u_1', properties });
  properties.value = 999;
  await client.flush();
  expect(JSON.parse(transport.requests[0]!.body)).toMatchObject({ properties: { value: 10 } });
});

test('overflow drops the newest, counted and reported', async () => {
  const { client, drops } = clientWith(undefined, { maxQueueEvents: 3, flushAt: 500 });
  for (const order of paidOrders(5)) client.capture(order);
  expect(drops.map(({ event_id, reason }) => [event_id, reason])).toEqual([
    ['ord_4_purchase', 'queue_full'],
    ['ord_5_purchase', 'queue_full'],
  ]);
  expect(await client.flush()).toEqual({
    delivered: 3,
    duplicate: 0,
    dropped: { queue_full: 2 },
    pending: 0,
  });
});

test('strict throws on a message that breaks the contract, for tests', () => {
  const { client } = clientWith(undefined, { strict: true });
  expect(() => client.capture({ event: 'purchase', user_id: 'u_1', properties: {} } as never)).toThrow(
    /^\[invalid_event\] /,
  );
});

test.each([
  [{}, '`transport` must have a send method, got undefined: pass createHttpTransport({ endpoint, key })'],
  [{ transport: 'http' }, '`transport` must have a send method, got text'],
  [{ flushAt: 0 }, '`flushAt` must be a number of at least 1, got 0'],
  [{ flushAt: '20' }, '`flushAt` must be a number of at least 1, got text'],
  [{ flushAt: NaN }, '`flushAt` must be a number of at least 1, got NaN'],
  [{ maxBatchEvents: 501 }, '`maxBatchEvents` must be at most 500'],
  [{ events: [] }, '`events` must be what defineEvents returns, got a list'],
])('wrong options throw at once, code first: %o', (options, message) => {
  const transport = createMemoryTransport();
  const given = Object.keys(options).length > 0 ? { transport, ...options } : options;
  expect(() => createClient(given as never)).toThrow(`[invalid_options] ${message}`);
});

test('a callback that throws hurts nobody and is reported', async () => {
  const { client, errors, transport } = clientWith(undefined, {
    onDrop: () => {
      throw new Error('the app’s own mistake');
    },
  });
  client.capture({ event: 'nonsense' } as never);
  client.capture(paidOrder());
  await client.flush();
  expect(errors).toEqual(['callback']);
  expect(transport.delivered).toHaveLength(1);
});

test('P-1 a context that throws costs no order, and is reported', async () => {
  const { client, transport, errors } = clientWith(undefined, {
    context() {
      throw new Error('of the app');
    },
  });
  client.capture({ ...paidOrder('ord_1'), context: { locale: 'de' } });
  await client.flush();
  expect(transport.delivered).toMatchObject([{ event_id: 'ord_1_purchase', context: { locale: 'de' } }]);
  expect(errors).toEqual(['callback']);
});

test('after close nothing is sent, captures are reported as closed, and no timer is left', async () => {
  const { client, platform, drops } = clientWith();
  client.capture(paidOrder());
  expect(await client.close()).toEqual({ delivered: 1, duplicate: 0, dropped: {}, pending: 0 });
  client.capture(paidOrder('late'));
  expect(drops).toMatchObject([{ reason: 'closed' }]);
  expect(platform.timers).toBe(0);
});

test('close gives up after its time limit and reports what it could not deliver, one by one', async () => {
  const { client, platform, drops } = clientWith(() => ({ status: 503 }));
  for (const order of paidOrders(3)) client.capture(order);
  const closed = client.close();
  await platform.advance(5_000);
  expect(await closed).toEqual({ delivered: 0, duplicate: 0, dropped: { closed: 3 }, pending: 0 });
  expect(drops.map(({ event_id }) => event_id)).toEqual([
    'ord_1_purchase',
    'ord_2_purchase',
    'ord_3_purchase',
  ]);
  expect(platform.timers).toBe(0);
});

/** A client whose origin's other tabs have the turn to send until it is given. */
function clientOutOfTurn(): ReturnType<typeof clientWith> & { giveTurn: () => void } {
  let giveTurn = (): void => {};
  const turn = new Promise<void>((resolve) => (giveTurn = resolve));
  const platform = {
    ...createFakePlatform(),
    exclusively: (start: () => Promise<unknown>) => turn.then(start),
  };
  return { ...clientWith(undefined, { platform }), giveTurn: () => giveTurn() };
}

test('P-5 a request that still waits for its turn when consent is withdrawn never leaves', async () => {
  const { client, transport, giveTurn } = clientOutOfTurn();
  client.capture(paidOrder());
  void client.flush();
  await settle();
  const out = client.optOut();
  giveTurn();
  await out;
  expect(transport.requests).toEqual([]);
  expect(client.stats()).toMatchObject({ captured: 1, dropped: { consent: 1 }, pending: 0 });
});

test('P-3 a request that fails in its turn is not sent again by who gave the turn', async () => {
  const exclusively = (start: () => Promise<unknown>): Promise<unknown> => start().catch(start);
  const { client, transport } = clientWith(() => Promise.reject(new TypeError('cut')), {
    platform: { ...createFakePlatform(), exclusively },
  });
  client.capture(paidOrder());
  void client.flush();
  await settle();
  expect(transport.requests).toHaveLength(1);
});

test('P-3 a request that waits for its turn goes at once when the page is left, and only once', async () => {
  const { client, transport, giveTurn } = clientOutOfTurn();
  client.capture(paidOrder());
  void client.flush();
  await settle();
  expect(transport.requests).toHaveLength(0);
  client.leave();
  await settle();
  giveTurn();
  await settle();
  expect(transport.requests).toHaveLength(1);
  expect(client.stats()).toMatchObject({ captured: 1, delivered: 1, pending: 0 });
});

test('P-1 what a store takes and cannot keep at once is reported as lost at the end', async () => {
  const unwritten: number[] = [];
  const messages: MessageStore = {
    put({ seq }, lost) {
      unwritten.push(seq);
      // A group is full, is written, and does not fit.
      if (unwritten.length === 2) lost?.(unwritten.splice(0), new Error('quota'));
    },
    remove() {},
    clear() {},
    adopt() {},
    close() {},
  };
  const platform = { ...createFakePlatform(), messages };
  const { client, drops } = clientWith(() => ({ status: 503 }), { platform });
  client.capture(paidOrder('ord_1'));
  client.capture(paidOrder('ord_2'));
  const closed = client.close();
  await platform.advance(10_000);
  expect(await closed).toMatchObject({ dropped: { closed: 2 }, pending: 0 });
  expect(drops.map(({ event_id }) => event_id)).toEqual(['ord_1_purchase', 'ord_2_purchase']);
});

test('a wait that is longer than timers take does not end at once', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const work = vi.fn<() => void>();
  for (const ms of [Infinity, 2_592_000_000]) defaultPlatform().clock.after(ms, work);
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(work).not.toHaveBeenCalled();
});

import { expect, test } from 'vitest';
import { clientWith, idsOf, verdicts } from './client-with.ts';
import { paidOrder, paidOrders } from './events.ts';
import { settle } from './fake-platform.ts';

const reportsOf = (requests: readonly { body: string }[]): (object | undefined)[] =>
  requests.map(({ body }) => (JSON.parse(body) as { client_report?: object }).client_report);

const problem = (code: string): object => ({
  status: 400,
  content_type: 'application/problem+json',
  body: JSON.stringify({ code }),
});

test('W-14 a 400 on a compressed body goes again uncompressed before anything is searched, for good once taken', async () => {
  const { client, transport, drops } = clientWith((request) =>
    request.compress ? { status: 400, body: 'no JSON', compressed: true } : undefined,
  );
  for (const order of paidOrders(20)) client.capture(order);
  await client.flush();
  expect(transport.requests.map(({ compress }) => compress)).toEqual([true, false]);
  expect(idsOf(transport.requests[1]!)).toHaveLength(20);
  client.capture(paidOrder('later'));
  await client.flush();
  expect(transport.requests.map(({ compress }) => compress)).toEqual([true, false, false]);
  expect(drops).toEqual([]);
});

test('W-14 compression stays on when the uncompressed body is refused too: the event is bad', async () => {
  const { client, transport, drops } = clientWith((request) =>
    idsOf(request).includes('ord_3_purchase')
      ? { status: 400, body: '', compressed: request.compress }
      : { ...verdicts(request, () => ({ status: 'accepted' })), compressed: request.compress },
  );
  for (const order of paidOrders(8)) client.capture(order);
  await client.flush();
  expect(drops).toMatchObject([{ event_id: 'ord_3_purchase', reason: 'rejected' }]);
  client.capture(paidOrder('later'));
  await client.flush();
  expect(transport.requests.at(-1)?.compress).toBe(true);
});

test('W-26 `invalid_event` on a compressed body is believed', async () => {
  const { client, transport, drops } = clientWith(() => ({ ...problem('invalid_event'), compressed: true }));
  client.capture(paidOrder());
  await client.flush();
  expect(transport.requests).toHaveLength(1);
  expect(drops).toMatchObject([{ reason: 'rejected' }]);
});

test('W-24 a page that is left during our own backoff sends all the same', async () => {
  let isDown = true;
  const { client, transport, platform } = clientWith(() => (isDown ? { status: 503 } : undefined));
  for (const order of paidOrders(3)) client.capture(order);
  void client.flush();
  // Far into the backoff.
  await platform.advance(120_000);
  isDown = false;
  client.leave();
  await settle();
  expect(transport.delivered).toHaveLength(3);
});

test('W-20 a page that is left sends captures together with the identify before them', async () => {
  const { client, transport } = clientWith();
  client.identify({ user_id: 'cust_2048', anonymous_id: 'anon_91b2' });
  client.capture(paidOrder('ord_1'));
  client.leave();
  expect(transport.requests.map(({ kind }) => kind)).toEqual(['identify', 'capture']);
  await settle();
  expect(client.stats()).toMatchObject({ delivered: 2, pending: 0 });
  expect(transport.requests).toHaveLength(2);
});

test('W-20 a page that comes back after it was left sends each of them once', async () => {
  let isDown = true;
  const { client, transport, platform } = clientWith(() => (isDown ? { status: 503 } : undefined));
  client.identify({ user_id: 'cust_2048', anonymous_id: 'anon_91b2' });
  client.capture(paidOrder('ord_1'));
  client.leave();
  await settle();
  isDown = false;
  client.capture(paidOrder('ord_2'));
  await platform.advance(60_000);
  expect(client.stats()).toMatchObject({ captured: 3, delivered: 3, pending: 0 });
  expect(transport.delivered).toHaveLength(3);
});

test('W-24 a page that is left during a pause of the server sends nothing', async () => {
  const { client, transport, platform } = clientWith(() => ({ status: 503, retry_after: '60' }));
  client.capture(paidOrder());
  void client.flush();
  await platform.advance(1_000);
  client.leave();
  client.resume(true);
  await platform.advance(30_000);
  expect(transport.requests).toHaveLength(1);
});

test('W-24 back online, what waits for our own backoff goes at once', async () => {
  let isDown = true;
  const { client, transport, platform } = clientWith(() =>
    isDown ? Promise.reject(new TypeError('offline')) : undefined,
  );
  client.capture(paidOrder());
  void client.flush();
  await platform.advance(120_000);
  isDown = false;
  client.resume(true);
  await settle();
  expect(transport.delivered).toHaveLength(1);
});

test.each([8 * 86_400_000, -8 * 86_400_000])(
  'W-29 a wall clock that jumps by %i ms ages nothing that waits',
  async (jump) => {
    let isDown = true;
    const { client, platform, drops } = clientWith(() => (isDown ? { status: 503 } : undefined));
    client.capture(paidOrder());
    await platform.advance(10_000);
    platform.setWallClock(platform.clock.now() + jump);
    isDown = false;
    await platform.advance(120_000);
    expect(drops).toEqual([]);
    expect(client.stats()).toMatchObject({ delivered: 1 });
  },
);

test('W-21 a `retry` verdict waits before it goes again', async () => {
  let isFirst = true;
  const { client, transport, platform } = clientWith((request) => {
    const status = isFirst ? 'retry' : 'accepted';
    isFirst = false;
    return verdicts(request, () => ({ status }));
  });
  client.capture(paidOrder());
  void client.flush();
  await settle();
  expect(transport.requests).toHaveLength(1);
  // Half of 0.5 s: the fake randomness is 0.5.
  await platform.advance(249);
  expect(transport.requests).toHaveLength(1);
  await platform.advance(1);
  expect(transport.requests).toHaveLength(2);
});

test.each([
  ['400', { status: 400, body: 'blocked' }],
  ['413', { status: 413 }],
  ['503', { status: 503 }],
])('W-37 a report that met a %s goes again with the next request that succeeds, once', async (_, answer) => {
  let isDown = true;
  const refused = new Set<object>();
  const { client, transport, platform } = clientWith((request) => {
    if (!isDown || idsOf(request).length === 1) return undefined;
    refused.add(request);
    return answer;
  });
  client.capture({ event: 'nonsense' } as never);
  for (const order of paidOrders(4)) client.capture(order);
  void client.flush();
  await settle();
  isDown = false;
  await platform.advance(120_000);
  const accepted = transport.requests.filter((request) => !refused.has(request));
  expect(reportsOf(accepted).filter(Boolean)).toEqual([{ dropped: { invalid_event: 1 } }]);
});

test('W-37 with two requests in flight the report is in one of them', async () => {
  const { client, transport } = clientWith(undefined, { maxBatchEvents: 20 });
  client.capture({ event: 'nonsense' } as never);
  for (const order of paidOrders(40)) client.capture(order);
  await client.flush();
  expect(reportsOf(transport.requests)).toEqual([{ dropped: { invalid_event: 1 } }, undefined]);
});

test('P-3 the ledger is asked again before a message is sent: what another tab sends is a duplicate here', async () => {
  const known = new Set<string>();
  const { client, transport } = clientWith(undefined, {
    ledger: {
      see: () => 'new',
      isElsewhere: (event_id) => known.has(event_id),
      forget() {},
      clear() {},
    },
  });
  const receipts = paidOrders(2).map((order) => client.capture(order));
  known.add('ord_1_purchase');
  await client.flush();
  expect(await receipts[0]?.settled()).toEqual({ status: 'duplicate' });
  expect(transport.requests.flatMap(idsOf)).toEqual(['ord_2_purchase']);
});

import { expect, test } from 'vitest';
import { readAnswer } from '@tracklayer/core/adapter';
import { clientWith, idsOf, isConserved, verdicts } from './client-with.ts';
import { paidOrder, paidOrders } from './events.ts';
import { settle } from './fake-platform.ts';

const problem = { content_type: 'application/problem+json' };
const invalidEvent = {
  ...problem,
  body: JSON.stringify({
    code: 'invalid_event',
    errors: [{ path: 'properties.value', message: 'is too low' }],
  }),
};

test('W-21 each message is settled by its own verdict, `retry` goes again', async () => {
  const words: Record<string, object> = {
    ord_1_purchase: { status: 'accepted' },
    ord_2_purchase: { status: 'duplicate', conflict: true },
    ord_3_purchase: {
      status: 'rejected',
      code: 'invalid_event',
      errors: [{ path: 'event', message: 'is unknown' }],
    },
    ord_4_purchase: { status: 'retry' },
  };
  const { client, transport, platform, drops, conflicts } = clientWith((request) =>
    request.attempt === 1 ? verdicts(request, (id) => words[id]!) : undefined,
  );
  const receipts = paidOrders(4).map((order) => client.capture(order));
  const flushed = client.flush();
  await platform.advance(1_000);
  expect(await flushed).toEqual({ delivered: 2, duplicate: 1, dropped: { rejected: 1 }, pending: 0 });
  expect(transport.requests.map(idsOf).at(-1)).toEqual(['ord_4_purchase']);
  expect(await receipts[1]!.settled()).toEqual({ status: 'duplicate', conflict: true });
  expect(conflicts).toEqual([{ event_id: 'ord_2_purchase', event: 'purchase', seen_by: 'server' }]);
  expect(drops).toMatchObject([
    { event_id: 'ord_3_purchase', reason: 'rejected', detail: 'event is unknown' },
  ]);
});

test.each([
  [
    'a captive portal’s page',
    { status: 200, body: '<html>Welcome to our Wi-Fi</html>', content_type: 'text/html' },
  ],
  ['nothing', { status: 204, body: '' }],
  ['a truncated verdict', { status: 200, body: '{"event_id":"ord_1_purc' }],
  ['another event’s verdict', { status: 200, body: '{"event_id":"ord_9_purchase","status":"accepted"}' }],
  ['a proxy’s JSON', { status: 200, body: '{"ok":true}' }],
])('W-22 a 2xx with %s is no receipt: the same request goes again, told once', async (_, answer) => {
  let isPortal = true;
  const { client, transport, platform, errors } = clientWith(() => (isPortal ? answer : undefined));
  client.capture(paidOrder('ord_1'));
  const flushed = client.flush();
  await platform.advance(3_000);
  isPortal = false;
  await platform.advance(60_000);
  expect(errors).toEqual(['no_verdict']);
  await flushed;
  expect(client.stats()).toEqual({ captured: 1, delivered: 1, duplicate: 0, dropped: {}, pending: 0 });
  expect(new Set(transport.requests.map(({ idempotency_key }) => idempotency_key)).size).toBe(1);
  expect(transport.requests.map(({ attempt }) => attempt)).toEqual(
    transport.requests.map((_request, index) => index + 1),
  );
});

test('W-22 messages that the verdicts do not name go again, the others are settled', async () => {
  const { client, transport, platform } = clientWith((request) =>
    request.attempt === 1
      ? {
          status: 200,
          body: JSON.stringify({ results: [{ event_id: 'ord_1_purchase', status: 'accepted' }] }),
        }
      : undefined,
  );
  for (const order of paidOrders(3)) client.capture(order);
  const flushed = client.flush();
  await platform.advance(1_000);
  expect(await flushed).toEqual({ delivered: 3, duplicate: 0, dropped: {}, pending: 0 });
  expect(transport.requests.map(idsOf)[1]).toEqual(['ord_2_purchase', 'ord_3_purchase']);
});

test('W-23 an unreachable server gets the same request again, with the same ids and bodies', async () => {
  let tries = 0;
  const { client, transport, platform } = clientWith(() => {
    if (++tries <= 3) throw new TypeError('fetch failed');
    return undefined;
  });
  for (const order of paidOrders(3)) client.capture(order);
  void client.flush();
  await platform.advance(10_000);
  const bodies = transport.requests.map(({ body }) => body.replace(/"sent_at":"[^"]+"/, ''));
  expect(bodies).toHaveLength(4);
  expect(new Set(bodies).size).toBe(1);
  expect(client.stats().delivered).toBe(3);
});

test('W-23 an answer that never comes is given up after the time limit and asked again', async () => {
  let tries = 0;
  const { client, platform } = clientWith(() => (++tries === 1 ? new Promise(() => {}) : undefined));
  client.capture(paidOrder());
  const flushed = client.flush({ timeoutMs: 30_000 });
  await platform.advance(9_999);
  expect(client.stats().pending).toBe(1);
  await platform.advance(2_000);
  expect(await flushed).toEqual({ delivered: 1, duplicate: 0, dropped: {}, pending: 0 });
});

test.each([
  [429, '7', undefined],
  [503, '7', undefined],
  [500, '7', undefined],
  [408, '7', undefined],
  // The server's clock is an hour ahead of ours: the date counts from its own.
  [429, 'Mon, 23 Nov 2026 11:15:37 GMT', 'Mon, 23 Nov 2026 11:15:30 GMT'],
])(
  'W-24 after %i with Retry-After %s the whole client is silent for 7 s',
  async (status, retry_after, date) => {
    let isFirst = true;
    const { client, transport, platform } = clientWith(() => {
      if (!isFirst) return undefined;
      isFirst = false;
      return { status, retry_after, date };
    });
    client.capture(paidOrder());
    void client.flush();
    await settle();
    for (const order of paidOrders(30)) client.capture(order);
    await platform.advance(6_999);
    expect(transport.requests).toHaveLength(1);
    await platform.advance(700);
    expect(client.stats()).toMatchObject({ captured: 31, delivered: 31, pending: 0 });
  },
);

test('W-24 a server that says a day is probed after an hour', async () => {
  const { client, transport, platform } = clientWith(() => ({ status: 503, retry_after: '86400' }));
  client.capture(paidOrder());
  void client.flush();
  await platform.advance(3_599_999);
  expect(transport.requests).toHaveLength(1);
  await platform.advance(1);
  expect(transport.requests).toHaveLength(2);
});

test('W-24 backoff doubles with full jitter up to 60 s and drains by itself', async () => {
  let isDown = true;
  const { client, transport, platform } = clientWith(() => (isDown ? { status: 503 } : undefined));
  client.capture(paidOrder());
  void client.flush();
  // Half of 0.5, 1, 2, 4, 8, 16, 32, 60 s, as the fake randomness says.
  let waited = 0;
  for (const ms of [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    await platform.advance(ms - 1);
    const before = transport.requests.length;
    await platform.advance(1);
    expect(transport.requests.length).toBe(before + 1);
    waited += ms;
  }
  expect(waited).toBeGreaterThan(60_000);
  isDown = false;
  await platform.advance(30_000);
  expect(client.stats()).toMatchObject({ delivered: 1, pending: 0 });
});

test('W-25 a 413 is halved until it fits, and the limit is remembered', async () => {
  const { client, transport, platform } = clientWith(({ bytes }) =>
    bytes > 1_500 ? { status: 413 } : undefined,
  );
  for (const order of paidOrders(40)) client.capture(order);
  await client.flush();
  expect(client.stats()).toMatchObject({ delivered: 40, pending: 0 });
  const refusedBefore = transport.requests.filter(({ bytes }) => bytes > 1_500).length;
  for (const order of paidOrders(80).slice(40)) client.capture(order);
  await client.flush();
  expect(client.stats()).toMatchObject({ delivered: 80, pending: 0 });
  expect(transport.requests.filter(({ bytes }) => bytes > 1_500).length).toBe(refusedBefore);
  // Ten minutes later the limit is tried again.
  await platform.advance(600_000);
  for (const order of paidOrders(120).slice(80)) client.capture(order);
  await client.flush();
  expect(transport.requests.filter(({ bytes }) => bytes > 1_500).length).toBeGreaterThan(refusedBefore);
  expect(client.stats()).toMatchObject({ delivered: 120, pending: 0 });
});

test('W-25 one event that is too large alone is dropped and reported, its neighbours arrive', async () => {
  const { client, drops } = clientWith(({ bytes }) => (bytes > 2_000 ? { status: 413 } : undefined));
  for (const order of paidOrders(5)) client.capture(order);
  client.capture({ event: 'login', user_id: 'u_1', properties: { note: 'x'.repeat(4_000) } });
  expect(await client.flush()).toEqual({ delivered: 5, duplicate: 0, dropped: { too_large: 1 }, pending: 0 });
  expect(drops).toMatchObject([{ event: 'login', reason: 'too_large' }]);
});

test('W-26 one bad event of 20 is found in at most 11 requests, 19 arrive', async () => {
  for (let bad = 1; bad <= 20; bad++) {
    const { client, transport, drops } = clientWith((request) =>
      idsOf(request).includes(`ord_${bad}_purchase`) ? { status: 400, ...invalidEvent } : undefined,
    );
    for (const order of paidOrders(20)) client.capture(order);
    expect(await client.flush()).toEqual({
      delivered: 19,
      duplicate: 0,
      dropped: { rejected: 1 },
      pending: 0,
    });
    expect(drops).toMatchObject([{ event_id: `ord_${bad}_purchase`, detail: 'properties.value is too low' }]);
    expect(transport.requests.length).toBeLessThanOrEqual(11);
  }
});

test('W-26 a server that says nothing but 400 loses only the event that it refuses while it takes others', async () => {
  const { client, drops } = clientWith((request) =>
    idsOf(request).includes('ord_3_purchase') ? { status: 400, body: 'Bad Request' } : undefined,
  );
  for (const order of paidOrders(20)) client.capture(order);
  expect(await client.flush()).toEqual({ delivered: 19, duplicate: 0, dropped: { rejected: 1 }, pending: 0 });
  expect(drops).toMatchObject([{ event_id: 'ord_3_purchase', reason: 'rejected' }]);
});

test('W-26 a 400 that every event gets is a set-up fault and drops nothing', async () => {
  let isFirewalled = true;
  const { client, transport, platform, drops, errors } = clientWith(() =>
    isFirewalled ? { status: 400, body: 'blocked by policy' } : undefined,
  );
  for (const order of paidOrders(40)) client.capture(order);
  void client.flush();
  await platform.advance(180_000);
  expect(errors[0]).toBe('setup');
  expect(transport.requests.length).toBeLessThan(25);
  expect(client.stats()).toMatchObject({ captured: 40, pending: 40 });
  isFirewalled = false;
  await platform.advance(120_000);
  expect(client.stats()).toMatchObject({ delivered: 40, dropped: {}, pending: 0 });
  expect(drops).toEqual([]);
});

test('W-26 a firewall that opens in the middle of a bisection costs no event', async () => {
  for (let refusals = 1; refusals <= 12; refusals++) {
    let left = refusals;
    const { client, platform, drops } = clientWith(() =>
      left-- > 0 ? { status: 400, body: 'blocked by policy' } : undefined,
    );
    for (const order of paidOrders(20)) client.capture(order);
    void client.flush();
    await platform.advance(900_000);
    expect(drops).toEqual([]);
    expect(client.stats()).toMatchObject({ delivered: 20, pending: 0 });
  }
});

test('W-26 a bad event that is sent alone holds the others only until the next probe', async () => {
  const { client, platform, drops } = clientWith(
    (request) => (idsOf(request).includes('ord_1_purchase') ? { status: 400, body: '' } : undefined),
    { flushAt: 1, maxBatchEvents: 1 },
  );
  client.capture(paidOrder('ord_1'));
  await platform.advance(1_000);
  client.capture(paidOrder('ord_2'));
  await platform.advance(130_000);
  expect(client.stats()).toMatchObject({ captured: 2, delivered: 1, dropped: { rejected: 1 }, pending: 0 });
  expect(drops).toMatchObject([{ event_id: 'ord_1_purchase' }]);
});

test('W-26 415 goes once more without compression, for good', async () => {
  const { client, transport } = clientWith(({ compress }) => (compress ? { status: 415 } : undefined));
  client.capture(paidOrder('ord_1'));
  await client.flush();
  client.capture(paidOrder('ord_2'));
  await client.flush();
  expect(transport.requests.map(({ compress }) => compress)).toEqual([true, false, false]);
  expect(client.stats()).toMatchObject({ delivered: 2, pending: 0 });
});

test.each([401, 403, 404, 405, 410, 301, 302, 307, 0, 402, 418])(
  'W-27 %i keeps the queue, is reported at once, and is probed after 2, 5, 15, 30 s, then once a minute',
  async (status) => {
    let isWrong = true;
    const { client, transport, platform, errors } = clientWith(() => (isWrong ? { status } : undefined));
    for (const order of paidOrders(30)) client.capture(order);
    void client.flush();
    await settle();
    expect(errors).toEqual(['setup']);
    for (const ms of [2_000, 5_000, 15_000, 30_000, 60_000, 60_000]) {
      const before = transport.requests.length;
      await platform.advance(ms - 1);
      expect(transport.requests.length).toBe(before);
      await platform.advance(1);
      expect(transport.requests.length).toBe(before + 1);
      expect(idsOf(transport.requests.at(-1)!)).toHaveLength(1);
    }
    expect(client.stats()).toMatchObject({ pending: 30, dropped: {} });
    isWrong = false;
    await platform.advance(60_000);
    expect(client.stats()).toMatchObject({ delivered: 30, pending: 0 });
  },
);

test('W-29 events are given up by age, not by count of tries', async () => {
  let isDown = true;
  const { client, platform, drops } = clientWith(() => (isDown ? { status: 503 } : undefined));
  client.capture(paidOrder('ord_1'));
  await platform.advance(6 * 86_400_000);
  client.capture(paidOrder('ord_2'));
  expect(client.stats().pending).toBe(2);
  await platform.advance(2 * 86_400_000);
  isDown = false;
  await platform.advance(120_000);
  expect(drops).toEqual([{ event_id: 'ord_1_purchase', event: 'purchase', reason: 'expired' }]);
  expect(client.stats()).toMatchObject({ delivered: 1, dropped: { expired: 1 }, pending: 0 });
});

test('W-37 what was dropped is reported to the server with the next request that succeeds, once', async () => {
  let isDown = true;
  const { client, transport, platform } = clientWith(() => (isDown ? { status: 503 } : undefined));
  client.capture({ event: 'nonsense' } as never);
  client.capture(paidOrder('ord_1'));
  void client.flush();
  await platform.advance(100);
  isDown = false;
  await platform.advance(5_000);
  client.capture(paidOrder('ord_2'));
  await client.flush();
  const reports = transport.requests.map(
    ({ body }) => (JSON.parse(body) as { client_report?: object }).client_report,
  );
  expect(reports.slice(0, -1)).toContainEqual({ dropped: { invalid_event: 1 } });
  expect(reports.at(-1)).toBeUndefined();
});

test('at most two requests are in flight, however much waits', async () => {
  const { client, transport, platform } = clientWith(() => new Promise(() => {}));
  for (const order of paidOrders(5_000)) client.capture(order);
  await platform.advance(9_000);
  expect(transport.requests).toHaveLength(2);
  expect(isConserved(client.stats())).toBe(true);
});

test('receipts "status" settles by any 2xx with JSON, for a server that knows only the guide', async () => {
  const { client } = clientWith(() => ({ status: 201, body: '{}' }), { receipts: 'status', flushAt: 1 });
  client.capture(paidOrder());
  expect(await client.flush()).toEqual({ delivered: 1, duplicate: 0, dropped: {}, pending: 0 });
});

test.each([
  ['0', undefined, 0],
  ['2', undefined, 2_000],
  ['1.5', undefined, 1_500],
  ['99999', undefined, 3_600_000],
  ['Mon, 23 Nov 2026 10:00:05 GMT', undefined, 5_000],
  ['Mon, 23 Nov 2026 09:00:00 GMT', undefined, 0],
  ['Mon, 23 Nov 2026 11:00:05 GMT', 'Mon, 23 Nov 2026 11:00:00 GMT', 5_000],
  ['soon', undefined, undefined],
  ['-5', undefined, undefined],
  [undefined, undefined, undefined],
])('W-24 Retry-After %j with Date %j is %j ms', (retry_after, date, retryAfterMs) => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  const answer = readAnswer({ status: 503, body: '', retry_after, date }, 'capture', ['x'], now);
  expect(answer).toMatchObject({ type: 'later', retryAfterMs });
});

test('W-21 an event that the server puts off keeps no other beyond the interval', async () => {
  const { client, platform } = clientWith(({ body }) => {
    const message = JSON.parse(body) as { event_id: string };
    return message.event_id === 'ord_1_purchase'
      ? {
          body: JSON.stringify({ event_id: 'ord_1_purchase', status: 'retry' }),
          content_type: 'application/json',
        }
      : undefined;
  });
  client.capture(paidOrder('ord_1'));
  // Put off so often that the next try is far away.
  await platform.advance(600_000);
  for (let n = 2; n < 12; n++) {
    client.capture(paidOrder(`ord_${n}`));
    await platform.advance(5_000);
    expect(client.stats()).toMatchObject({ delivered: n - 1, pending: 1 });
  }
});

import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createClient, defineEvents, type Client } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';
import { createHttpTransport } from '@tracklayer/core/http';
import { assertNotLeaked, createTestRelay, paidOrder, signUp, type TestRelay } from '@tracklayer/testing';
import { needNode } from '../src/need-node.ts';

describe.each([
  ['in this process', undefined],
  ['on a port', 0],
])('a relay %s', (_, port) => {
  async function relayAndClient(
    options: { requestTimeoutMs?: number } = {},
  ): Promise<{ relay: TestRelay; client: Client }> {
    const relay = await createTestRelay({ port });
    const client = createClient({
      transport: createHttpTransport({ endpoint: relay.endpoint, key: 'tl_test_key' }),
      ...options,
      // No jitter: a retry is due at once.
      platform: { ...defaultPlatform(), random: () => 0 },
    });
    onTestFinished(async () => {
      await client.close();
      await relay.close();
    });
    return { relay, client };
  }

  test('W-11 an accepted event is kept as it arrived', async () => {
    const { relay, client } = await relayAndClient();
    const receipt = client.capture(paidOrder());
    expect(await client.flush()).toMatchObject({ delivered: 1 });
    expect(await receipt.settled()).toMatchObject({ status: 'delivered' });
    expect(relay.events).toMatchObject([{ event: 'purchase', event_id: 'ord_10492_purchase' }]);
    expect(relay.requests).toMatchObject([{ kind: 'capture', attempt: 1, isBatch: false }]);
    expect(relay.requests[0]!.headers).toMatchObject({ authorization: 'Bearer tl_test_key' });
  });

  test('W-16 an identify is kept apart from events', async () => {
    const { relay, client } = await relayAndClient();
    client.identify({ user_id: 'cust_2048', anonymous_id: 'anon_91b2', traits: { plan: 'pro' } });
    await client.flush();
    expect(relay.identifies).toMatchObject([{ user_id: 'cust_2048', traits: { plan: 'pro' } }]);
    expect(relay.events).toEqual([]);
  });

  test('W-24 a scripted answer meets as many requests as it says', async () => {
    const { relay, client } = await relayAndClient();
    relay.answer(503).times(2);
    client.capture(paidOrder());
    expect(await client.flush()).toMatchObject({ delivered: 1 });
    expect(relay.requests.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(relay.requests.map(({ verdicts }) => verdicts?.[0]?.status)).toEqual([
      undefined,
      undefined,
      'accepted',
    ]);
  });

  test.each([
    ['seconds', 5],
    ['date', new Date(Date.now() + 5_000)],
  ])('W-24 Retry-After goes out in %s', async (_form, retryAfter) => {
    const { relay } = await relayAndClient();
    relay.answer(429, { retryAfter });
    const answer = await fetch(`${relay.endpoint}/api/capture`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe(
      retryAfter instanceof Date ? retryAfter.toUTCString() : '5',
    );
    // A date is read against the answer's own.
    expect(answer.headers.has('date') || retryAfter === 5).toBe(true);
  });

  test('W-25 413 halves a batch', async () => {
    const { relay, client } = await relayAndClient();
    relay.answer(413);
    for (const order_id of ['ord_1', 'ord_2']) client.capture(paidOrder({ properties: { order_id } }));
    expect(await client.flush()).toMatchObject({ delivered: 2 });
    expect(relay.requests.map(({ messages }) => messages.length)).toEqual([2, 1, 1]);
  });

  test('W-21 a partial answer counts half, and the rest comes again', async () => {
    const { relay, client } = await relayAndClient();
    relay.partial();
    for (const order_id of ['ord_1', 'ord_2']) client.capture(paidOrder({ properties: { order_id } }));
    expect(await client.flush()).toMatchObject({ delivered: 2 });
    expect(relay.requests.map(({ verdicts }) => verdicts?.map(({ status }) => status))).toEqual([
      ['accepted', 'retry'],
      ['accepted'],
    ]);
  });

  test('W-23 a cut, a hung and a broken-off answer are asked for again; the event counts once', async () => {
    const { relay, client } = await relayAndClient({ requestTimeoutMs: 1_000 });
    relay.cut();
    relay.truncated();
    relay.hang();
    client.capture(paidOrder());
    expect(await client.flush({ timeoutMs: 60_000 })).toMatchObject({ delivered: 0, duplicate: 1 });
    // Where a second is short, there are more.
    expect(relay.requests.length).toBeGreaterThanOrEqual(4);
    expect(relay.events).toHaveLength(1);
  });

  test('W-21 a slow answer is an answer', async () => {
    const { relay, client } = await relayAndClient();
    relay.slow(20);
    client.capture(paidOrder());
    expect(await client.flush()).toMatchObject({ delivered: 1 });
    expect(relay.requests).toHaveLength(1);
  });

  test('W-11 an event that breaks the contract is 422 with its fields, and not counted', async () => {
    const { relay } = await relayAndClient();
    const event = { ...signUp(), event: 'purchase', event_id: 'ord_1_purchase' };
    const answer = await fetch(`${relay.endpoint}/api/capture`, {
      method: 'POST',
      body: JSON.stringify(event),
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: 'invalid_event',
      errors: expect.arrayContaining([
        { path: 'properties.order_id', message: 'is missing', code: 'missing' },
      ]),
    });
    expect(relay.events).toEqual([]);
  });

  test('W-4 a later copy fills what the first lacked; one that contradicts is a conflict', async () => {
    const { relay } = await relayAndClient();
    const post = async (more: object): Promise<unknown> => {
      const body = JSON.stringify({ ...paidOrder(), event_id: 'ord_1_purchase', ...more });
      return (await fetch(`${relay.endpoint}/api/capture`, { method: 'POST', body })).json();
    };
    await post({ user_id: undefined, context: { ip: '192.0.2.1' } });
    expect(await post({ context: { click_ids: { gclid: 'g1' } } })).toEqual({
      event_id: 'ord_1_purchase',
      status: 'duplicate',
    });
    expect(await post({ user_id: 'cust_7' })).toMatchObject({ status: 'duplicate', conflict: true });
    expect(relay.events).toMatchObject([
      { user_id: 'cust_2048', context: { ip: '192.0.2.1', click_ids: { gclid: 'g1' } } },
    ]);
  });

  test('W-12 a batch of 501 events and a body over 1 MiB are refused, as a relay refuses them', async () => {
    const { relay } = await relayAndClient();
    const post = async (body: object): Promise<unknown> => {
      const init = { method: 'POST', body: JSON.stringify(body) };
      const answer = await fetch(`${relay.endpoint}/api/capture`, init);
      return { status: answer.status, ...((await answer.json()) as object) };
    };
    const orders = (count: number, more: object = {}) => ({
      batch: Array.from({ length: count }, (__, n) => ({
        ...paidOrder(),
        event_id: `ord_${n}_purchase`,
        ...more,
      })),
    });
    expect(await post(orders(501))).toMatchObject({ status: 413, code: 'too_many_events' });
    expect(await post(orders(40, { source: 'x'.repeat(30_000) }))).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
    expect(relay.events).toEqual([]);
    expect(await post(orders(500))).toMatchObject({ status: 200 });
    expect(relay.events).toHaveLength(500);
  });

  test('reset forgets arrivals, ids and script', async () => {
    const { relay, client } = await relayAndClient();
    client.capture(paidOrder());
    await client.flush();
    relay.answer(503).times(Infinity);
    relay.reset();
    expect([relay.requests, relay.events]).toEqual([[], []]);
    client.capture(paidOrder({ properties: { order_id: 'ord_2' } }));
    expect(await client.flush()).toMatchObject({ delivered: 2 });
  });
});

test('W-4 own events are counted, by their key too, when the relay is given them', async () => {
  const events = defineEvents({
    redeem_points: { required: ['redemption_id'], key: 'redemption_id', properties: { redemption_id: 'id' } },
  });
  const relay = await createTestRelay({ events });
  onTestFinished(() => relay.close());
  const post = async (redemption_id: string | undefined): Promise<unknown> => {
    const event = { event: 'redeem_points', event_id: 'r_1_redeem_points', user_id: 'cust_2048' };
    const body = JSON.stringify({ ...event, properties: { redemption_id } });
    return (await fetch(`${relay.endpoint}/api/capture`, { method: 'POST', body })).json();
  };
  expect(await post('r_1')).toMatchObject({ status: 'accepted' });
  expect(await post('r_1')).not.toHaveProperty('conflict');
  expect(await post('r_2')).toMatchObject({ status: 'duplicate', conflict: true });
  expect(await post(undefined)).toMatchObject({ errors: [{ path: 'properties.redemption_id' }] });
  expect(relay.events).toMatchObject([{ event: 'redeem_points' }]);
});

test('an answer may be decided by the request', async () => {
  const relay = await createTestRelay({
    answer: ({ attempt }) => (attempt === 1 ? { status: 503, headers: { 'x-why': 'restart' } } : undefined),
  });
  onTestFinished(() => relay.close());
  const post = (attempt: number): Promise<Response> =>
    fetch(`${relay.endpoint}/api/capture`, {
      method: 'POST',
      body: JSON.stringify({ ...paidOrder(), event_id: 'ord_1_purchase' }),
      headers: { 'TrackLayer-Attempt': String(attempt) },
    });
  const first = await post(1);
  expect([first.status, first.headers.get('x-why')]).toEqual([503, 'restart']);
  expect(await (await post(2)).json()).toEqual({ event_id: 'ord_1_purchase', status: 'accepted' });
});

test('W-14 a compressed body is read', async () => {
  const relay = await createTestRelay();
  onTestFinished(() => relay.close());
  const body = gzipSync(JSON.stringify({ ...paidOrder(), event_id: 'ord_1_purchase' }));
  const headers = { 'content-encoding': 'gzip' };
  await fetch(`${relay.endpoint}/api/capture`, { method: 'POST', body, headers });
  expect(relay.events).toMatchObject([{ event_id: 'ord_1_purchase' }]);
});

test('W-2 W-13 a time that cannot be is refused as the relay does, by the clock of who sent it', async () => {
  const relay = await createTestRelay({ port: 0 });
  onTestFinished(() => relay.close());
  const timed = (occurred_at: string): object => ({
    ...paidOrder(),
    event_id: `at_${Date.parse(occurred_at)}`,
    occurred_at,
  });
  const answerTo = async (body: object): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const url = `${relay.endpoint}/api/capture`;
    return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const batch = [timed('2010-01-01T00:00:00Z'), timed('2099-01-01T00:00:00Z')];
  expect(await answerTo({ batch })).toMatchObject({
    results: [
      { status: 'rejected', errors: [{ path: 'occurred_at' }] },
      { status: 'rejected', errors: [{ path: 'occurred_at' }] },
    ],
  });
  expect(await answerTo({ batch, sent_at: '2099-01-01T00:00:01Z' })).toMatchObject({
    results: [{ status: 'rejected' }, { status: 'accepted' }],
  });
});

test('W-16 an identify says whether it merged; without an id it is never a duplicate', async () => {
  const relay = await createTestRelay();
  onTestFinished(() => relay.close());
  const post = async (body: object): Promise<unknown> =>
    (await fetch(`${relay.endpoint}/api/identify`, { method: 'POST', body: JSON.stringify(body) })).json();
  const both = { user_id: 'cust_2048', anonymous_id: 'anon_91b2' };
  expect(await post(both)).toEqual({ status: 'accepted', merged: true });
  expect(await post(both)).toEqual({ status: 'accepted', merged: true });
  const named = { ...both, event_id: 'id_1' };
  await post(named);
  expect(await post(named)).toEqual({ event_id: 'id_1', status: 'duplicate', merged: false });
});

test('W-38 counts of labels are taken, and are looked at for leaks', async () => {
  const relay = await createTestRelay({ port: 0 });
  onTestFinished(() => relay.close());
  const sightings = [{ source: 'heap', source_event: 'Mail to ada@example.com', count: 2 }];
  const body = JSON.stringify({ sightings });
  const answer = await fetch(`${relay.endpoint}/api/drift`, { method: 'POST', body });
  expect(await answer.json()).toEqual({ received: 1 });
  expect(relay.requests).toMatchObject([{ kind: 'sightings', messages: [] }]);
  expect(() => assertNotLeaked(relay)).toThrow('request 1, sightings.0.source_event: an e-mail address');
});

test('on a Node.js that is too old, a sentence says what is needed', () => {
  expect(() => needNode('20.19.5')).toThrow(
    '[invalid_options] @tracklayer/testing needs Node.js 22.13 or newer, and this is 20.19.5',
  );
  for (const version of ['22.13.0', '24.0.0', undefined]) expect(() => needNode(version)).not.toThrow();
});

describe('several relays in one process', () => {
  async function relayAt(endpoint?: string): Promise<{ relay: TestRelay; send(): Promise<number> }> {
    const relay = await createTestRelay({ endpoint });
    onTestFinished(() => relay.close());
    return {
      relay,
      async send() {
        const transport = createHttpTransport({ endpoint: relay.endpoint, key: 'tl_test_key' });
        const client = createClient({ transport });
        client.capture(paidOrder());
        await client.flush();
        await client.close();
        return relay.events.length;
      },
    };
  }

  test('each takes what is sent to its endpoint, also when another one closed', async () => {
    const one = await relayAt('https://one.example.com');
    const other = await relayAt('https://other.example.com');
    expect([await one.send(), await other.send()]).toEqual([1, 1]);
    await one.relay.close();
    other.relay.reset();
    expect([await other.send(), one.relay.events.length]).toEqual([1, 1]);
    await other.relay.close();
    await other.relay.close();
  });

  test('of two with the same endpoint the newest answers, as after a test that closed nothing', async () => {
    const left = await relayAt();
    const newest = await relayAt();
    expect([await newest.send(), left.relay.requests.length]).toEqual([1, 0]);
    await newest.relay.close();
    expect(await left.send()).toBe(1);
  });
});

test.each<[string, object, string]>([
  ['events', { events: {} }, '[invalid_options] `events` must be what `defineEvents` returns'],
  ['msw', { msw: {} }, '[invalid_options] `msw` must be a setupServer()'],
])('%s that is none is refused at once', async (_, options, text) => {
  await expect(createTestRelay(options)).rejects.toThrow(text);
});

test('until wakes at an arrival, and says when nothing came', async () => {
  const relay = await createTestRelay();
  onTestFinished(() => relay.close());
  const arrived = relay.until(() => relay.requests.length > 0);
  await fetch(`${relay.endpoint}/api/capture`, { method: 'POST', body: '{}' });
  expect(await arrived).toBe(true);
  expect(await relay.until(() => relay.requests.length > 1, { timeoutMs: 1 })).toBe(false);
});

import { expect, onTestFinished, test } from 'vitest';
import {
  createRelay,
  createSqliteStore,
  type LimitSettings,
  type Relay,
  type Store,
} from '../../src/index.ts';
import { scopes } from '../../src/keys.ts';
import { createRequestRate } from '../../src/limits/request-rate.ts';
import { operations } from '../../src/operations.ts';
import { paidOrder } from '../events.ts';

const secret = 'tlk_test_0123456789abcdef';
const other = 'tlk_other_0123456789abcd';

function relayWith(limits: LimitSettings, change: (store: Store) => Store = (store) => store): Relay {
  const relay = createRelay({
    store: change(createSqliteStore({ path: ':memory:' })),
    keys: [
      { environment: 'production', secret },
      { environment: 'staging', secret: other },
    ],
    limits,
  });
  onTestFinished(() => relay.close());
  return relay;
}

const capture = (relay: Relay, { key = secret, bytes }: { key?: string; bytes?: number } = {}) =>
  relay.fetch(
    new Request('http://relay.test/api/capture', {
      method: 'POST',
      body: JSON.stringify(paidOrder()),
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(bytes !== undefined && { 'content-length': String(bytes) }),
      },
    }),
  );

test('a key that sends too much is answered 429, and no other key is', async () => {
  const relay = relayWith({ requestsPerSecond: 2 });
  const answers = [await capture(relay), await capture(relay), await capture(relay)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers[2]?.headers.get('retry-after')).toBe('1');
  expect(answers[2]?.headers.get('ratelimit')).toBe('"key";r=0;t=1');
  expect(await answers[2]?.json()).toMatchObject({ code: 'too_many_requests' });
  expect((await capture(relay, { key: other })).status).toBe(200);
});

test('an allowance comes back with the time, and is never more than that of a second', () => {
  let now = 0;
  const rate = createRequestRate(10, () => now);
  const caller = {};
  const passed = () =>
    Array.from({ length: 20 }, () => rate.take(caller)).filter((refused) => !refused).length;
  expect(passed()).toBe(10);
  now = 500;
  expect(passed()).toBe(5);
  now = 60_000;
  expect(passed()).toBe(10);
});

test('bodies beyond the memory for them are answered 503, until there is room', async () => {
  const held = Promise.withResolvers<void>();
  const relay = relayWith({ bodyBytesInFlight: 1_048_576 }, (store) => ({
    ...store,
    capture: async (arrival) => {
      await held.promise;
      return store.capture(arrival);
    },
  }));
  const first = capture(relay, { bytes: 900_000 });
  await new Promise((resolve) => setImmediate(resolve));
  const second = await capture(relay, { bytes: 200_000 });
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await second.json()).toMatchObject({ code: 'busy' });
  const others = await relay.fetch(
    new Request('http://relay.test/api/drift', {
      method: 'POST',
      body: '{"sightings":[]}',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        'content-length': '200000',
      },
    }),
  );
  expect(others.status).toBe(503);
  held.resolve();
  expect((await first).status).toBe(200);
  expect((await capture(relay, { bytes: 900_000 })).status).toBe(200);
});

test.each(
  operations
    .filter(({ body, maxBodyBytes }) => body !== undefined || maxBodyBytes !== undefined)
    .map(({ method, path, maxBodyBytes = 1_048_576 }): [number, string, string] => [
      maxBodyBytes / 1_048_576,
      method.toUpperCase(),
      path.replace(/\{\w+\}/g, 'x'),
    ]),
)('no body over %s MiB is read: %s %s', async (most, method, path) => {
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [{ environment: 'production', secret, scopes }],
    heap: { secret: 'heap-secret' },
    onError: () => {},
  });
  onTestFinished(() => relay.close());
  let pulled = 0;
  const endless = new ReadableStream({
    pull(stream) {
      pulled += 65_536;
      stream.enqueue(new Uint8Array(65_536).fill(0x20));
    },
  });
  const answer = await relay.fetch(
    new Request(`http://relay.test${path}`, {
      method,
      body: endless,
      duplex: 'half',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'if-match': '"0"' },
    } as RequestInit & { duplex: 'half' }),
  );
  expect(answer.status).toBe(413);
  expect(pulled).toBeLessThan(most * 2_000_000);
});

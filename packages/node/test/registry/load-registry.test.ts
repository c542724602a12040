import { defineEvents, type RegistryEntry } from '@tracklayer/core';
import { loadRegistry, TrackLayerError, type LoadRegistryOptions } from '@tracklayer/node';
import { beforeEach, expect, test, vi } from 'vitest';
import { registryServer } from './registry-server.ts';

const key = 'tlk_test_0123456789abcdef';
const entry = (fields: Partial<RegistryEntry> = {}): RegistryEntry => ({
  source: 'heap',
  source_event: 'Order Completed',
  canonical_event: 'purchase',
  status: 'approved',
  ...fields,
});

// The monotonic clock alone; requests and their timeouts are real.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  return () => vi.useRealTimers();
});
const later = (ms: number): unknown => vi.advanceTimersByTime(ms);

async function loaded(
  says: Parameters<typeof registryServer>[0] = { entries: [entry()] },
  options: Partial<LoadRegistryOptions> = {},
) {
  const server = await registryServer(says);
  const errors: TrackLayerError[] = [];
  const onError = (error: TrackLayerError): unknown => errors.push(error);
  const registry = await loadRegistry({ endpoint: server.url, key, onError, ...options });
  return { server, registry, errors, find: () => registry.find('heap', 'Order Completed')?.entry.status };
}

test('W-32 the registry of the relay is loaded with the key', async () => {
  const { server, registry, find } = await loaded();
  expect([registry.entries, find()]).toEqual([[entry()], 'approved']);
  expect(server.requests).toMatchObject([
    { url: '/api/registry', headers: { authorization: `Bearer ${key}` } },
  ]);
});

test('W-32 a relay without a registry gives an empty one', async () => {
  const { registry, find } = await loaded({ version: 0 });
  expect([registry.entries, find()]).toEqual([[], undefined]);
});

test('a version that was put is there at the first use after it came, without a timer', async () => {
  const { server, find } = await loaded();
  server.saying.version = 2;
  server.saying.entries = [entry({ status: 'draft' })];
  later(59_999);
  expect(find()).toBe('approved');
  expect(server.requests).toHaveLength(1);
  later(1);
  // This use starts the look, and is not held up by it.
  expect(find()).toBe('approved');
  await expect.poll(find).toBe('draft');
  expect(server.requests[1]?.headers['if-none-match']).toBe('"1"');
});

test('one look at a time, and a version that is known stays the same object', async () => {
  const { server, registry, errors } = await loaded();
  const { entries } = registry;
  let letGo = (): void => undefined;
  server.saying.until = new Promise((resolve) => (letGo = resolve));
  const answered = server.answered();
  for (let use = 0; use < 5; use++) {
    later(60_000);
    expect(registry.entries).toBe(entries);
  }
  letGo();
  await answered;
  expect(server.requests).toHaveLength(2);
  expect(registry.entries).toBe(entries);
  expect(errors).toEqual([]);
});

test.each<[string, Parameters<typeof registryServer>[0], string, string]>([
  ['an outage', { status: 503 }, 'unreachable', 'responds with 503'],
  ['a key that was withdrawn', { status: 401 }, 'setup', 'does not know this key'],
  ['a page of a proxy', { body: '<html>' }, 'invalid_registry', 'not JSON'],
  ['an unknown event', { entries: [entry({ canonical_event: 'sale' })] }, 'invalid_registry', 'names sale'],
])('%s keeps the version that is there, and is told once a minute', async (_, says, code, words) => {
  const { server, find, errors } = await loaded(undefined, { refreshIntervalMs: 0 });
  Object.assign(server.saying, { version: 2, ...says });
  // There is one look at a time: when the third begins, two have ended.
  const looksAgain = (): Promise<void> => {
    const wanted = server.requests.length + 3;
    return vi
      .waitUntil(() => find() === 'approved' && server.requests.length >= wanted)
      .then(() => undefined);
  };
  await looksAgain();
  expect(errors).toMatchObject([{ code, message: expect.stringContaining(words) }]);
  later(60_000);
  await looksAgain();
  expect(errors).toHaveLength(2);
  expect(find()).toBe('approved');

  Object.assign(server.saying, { status: undefined, body: undefined, entries: [entry({ status: 'draft' })] });
  await expect.poll(find).toBe('draft');
});

test('an onError that throws harms nobody', async () => {
  const onError = (): never => {
    throw new Error('no');
  };
  const { server, find } = await loaded(undefined, { refreshIntervalMs: 0, onError });
  server.saying.status = 503;
  await expect.poll(() => [find(), server.requests.length > 3]).toEqual(['approved', true]);
});

test.each([
  [401, 'setup', 'responds with 401: the relay does not know this key'],
  [403, 'setup', 'responds with 403: the key lacks the scope events:read'],
  [404, 'setup', 'responds with 404: endpoint is not a relay'],
  [302, 'setup', 'responds with 302: endpoint is not a relay'],
  [304, 'setup', 'responds with 304: endpoint is not a relay'],
  [503, 'unreachable', 'responds with 503'],
  [429, 'unreachable', 'responds with 429'],
])('W-8 a first load that is answered %i throws and says why', async (status, code, words) => {
  const error: unknown = await loaded({ status }).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(TrackLayerError);
  expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(String(error)).not.toContain(key);
});

test('a first load without a relay, or one that is too slow, says so', async () => {
  const server = await registryServer();
  await server.close();
  await expect(loadRegistry({ endpoint: server.url, key })).rejects.toThrow(
    `[unreachable] ${server.url}/api/registry does not respond (ECONNREFUSED)`,
  );
  const until = new Promise<void>(() => {});
  await expect(loaded({ until }, { requestTimeoutMs: 20 })).rejects.toThrow(
    /^\[unreachable\] .* does not respond \(TimeoutError\)$/,
  );
});

test('own events may be named when they are given', async () => {
  const events = defineEvents({ redeem_points: {} });
  const entries = [entry({ canonical_event: 'redeem_points' })];
  const { find } = await loaded({ entries }, { events });
  expect(find()).toBe('approved');
  await expect(loaded({ entries })).rejects.toThrow('names redeem_points, which is not in the vocabulary');
});

test.each<[string, Partial<LoadRegistryOptions>, string]>([
  ['no endpoint', { endpoint: undefined }, '`endpoint` is missing'],
  [
    'an endpoint with a password',
    { endpoint: 'https://a:b@relay.example.com' },
    '`endpoint` must be an http(s) URL without credentials',
  ],
  ['no key', { key: undefined }, 'key must be the key as it was printed, got undefined'],
  [
    'a key of two lines',
    { key: 'a\nb' },
    'key must be the key as it was printed, got text with spaces or line breaks',
  ],
  ['an interval below zero', { refreshIntervalMs: -1 }, 'refreshIntervalMs must be a number of 0 or more'],
  ['no timeout', { requestTimeoutMs: 0 }, 'requestTimeoutMs must be a number of 1 or more'],
])('%s is refused at once', async (_, options, words) => {
  await expect(loadRegistry({ endpoint: 'https://relay.example.com', key, ...options })).rejects.toThrow(
    `[invalid_options] ${words}`,
  );
});

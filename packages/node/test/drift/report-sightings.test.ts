import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { expect, onTestFinished, test } from 'vitest';
import { createMemoryTransport } from '@tracklayer/core';
import { createNodeClient, type Sighting } from '../../src/index.ts';
import type { Answering } from '../relay.ts';
import { relayWithDrift } from './relay-with-drift.ts';

const sightings = (count: number): Sighting[] =>
  Array.from({ length: count }, (_, place) => ({
    source: 'heap',
    source_event: `Label ${place}`,
    count: place + 1,
  }));

async function reporter(answers?: Answering) {
  const relay = await relayWithDrift(answers);
  return { relay, client: createNodeClient({ endpoint: `${relay.url}/`, key: 'key_1' }) };
}

test('W-38 sightings go to the relay in one request, with the key', async () => {
  const { relay, client } = await reporter();
  expect(await client.reportSightings(sightings(2))).toBe(true);
  expect(relay.requests).toMatchObject([
    {
      path: '/api/drift',
      headers: {
        authorization: 'Bearer key_1',
        'content-type': 'application/json',
        'user-agent': expect.stringContaining('tracklayer-node/'),
        'idempotency-key': expect.stringMatching(/^[\da-f-]{36}$/),
      },
      body: {
        sightings: [
          { source: 'heap', source_event: 'Label 0', count: 1 },
          { source: 'heap', source_event: 'Label 1', count: 2 },
        ],
      },
    },
  ]);
});

test('a request has at most 500 sightings, and no sightings are no request', async () => {
  const { relay, client } = await reporter();
  expect(await client.reportSightings(sightings(1_200))).toBe(true);
  expect(await client.reportSightings([])).toBe(true);
  expect(relay.requests.map(({ body }) => (body['sightings'] as Sighting[]).length)).toEqual([500, 500, 200]);
  expect(new Set(relay.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(3);
});

test.each<[string, ReturnType<Answering>]>([
  ['401', { status: 401 }],
  ['422', { status: 422, body: { code: 'invalid_sightings' } }],
  ['503', { status: 503, headers: { 'retry-after': '5' } }],
  ['a redirect', { status: 302, headers: { location: '/login' } }],
  ["a portal's 200", { status: 200, body: {} }],
  ['fewer than were sent', { status: 200, body: { received: 1 } }],
])('what the relay does not take resolves with false: %s', async (_, answer) => {
  const { relay, client } = await reporter(() => answer);
  expect(await client.reportSightings(sightings(2))).toBe(false);
  expect(relay.requests).toHaveLength(1);
});

test('W-15 a request that had no answer is repeated once, under the same key', async () => {
  const keys: unknown[] = [];
  const server = setupServer(
    http.post('https://relay.example.com/api/drift', ({ request }) => {
      keys.push(request.headers.get('idempotency-key'));
      return keys.length === 1 ? HttpResponse.error() : HttpResponse.json({ received: 2 });
    }),
  );
  server.listen();
  onTestFinished(() => server.close());
  const client = createNodeClient({ endpoint: 'https://relay.example.com' });
  expect(await client.reportSightings(sightings(2))).toBe(true);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
});

test('a relay that is gone is not a rejection; nor is a client without one', async () => {
  const { relay, client } = await reporter();
  await relay.close();
  expect(await client.reportSightings(sightings(1))).toBe(false);
  const withoutRelay = createNodeClient({ transport: createMemoryTransport() });
  expect(await withoutRelay.reportSightings(sightings(1))).toBe(false);
});

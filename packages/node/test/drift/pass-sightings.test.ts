import { expect, test } from 'vitest';
import {
  createCaptureHandler,
  createNodeClient,
  defineRegistry,
  type CaptureHandlerOptions,
} from '../../src/index.ts';
import type { Answering } from '../relay.ts';
import { relayWithDrift } from './relay-with-drift.ts';

const registry = defineRegistry([
  { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
  { source: 'heap', source_event: '🎉', canonical_event: 'sign_up', status: 'draft' },
]);
const seen = (source_event: unknown = 'Order Completed', more: object = {}) => ({
  source: 'heap',
  source_event,
  count: 3,
  ...more,
});

async function endpoint(options: Partial<CaptureHandlerOptions> = {}, answers?: Answering) {
  const relay = await relayWithDrift(answers);
  const handler = createCaptureHandler({ client: createNodeClient({ endpoint: relay.url }), ...options });
  const post = (body: unknown, headers: Record<string, string> = {}, path = '/tl/api/drift') =>
    handler(
      new Request(`https://shop.example.com${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
      { ip: '203.0.113.7' },
    );
  return { relay, handler, post };
}

test('W-38 what a page saw is passed on by the label, and sets no cookie', async () => {
  const { relay, handler, post } = await endpoint();
  const visitor = 'anon_0193f1a2-7b3c-7d4e-8f50-123456789abc';
  const response = await post(
    { sightings: [seen('Order Completed', { properties: { total: 1 } })] },
    {
      cookie: `tl_aid=${visitor}`,
    },
  );
  expect([response.status, await response.json()]).toEqual([202, { received: 1 }]);
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(relay.requests.map(({ path, body }) => [path, body])).toEqual([
    ['/api/drift', { sightings: [seen()] }],
  ]);
  expect(handler.handles('/tl/api/drift')).toBe(true);
});

test('P-5 with a registry only labels that it names, or nearly, reach the relay', async () => {
  const { relay, post } = await endpoint({ registry });
  const sightings = [
    seen(),
    seen('order_completed'),
    seen('🎉'),
    seen('Something Else'),
    seen('Order Completed', { source: 'other' }),
  ];
  expect(await (await post({ sightings })).json()).toEqual({ received: 3 });
  expect(relay.requests[0]?.body).toEqual({ sightings: sightings.slice(0, 3) });
  expect(await (await post({ sightings: [seen('Something Else')] })).json()).toEqual({ received: 0 });
  expect(relay.requests).toHaveLength(1);
});

test.each<[string, unknown]>([
  ['no list', { sightings: {} }],
  ['nothing', {}],
  ['an empty list', { sightings: [] }],
  ['over 100', { sightings: Array.from({ length: 101 }, () => seen()) }],
  ['an address', { sightings: [seen('jane@example.com')] }],
  ['a line break', { sightings: [seen('a\nb')] }],
  ['half a character', { sightings: [seen('\ud800')] }],
  ['a long label', { sightings: [seen('x'.repeat(256))] }],
  ['no label', { sightings: [seen('')] }],
  ['a label of another type', { sightings: [seen(7)] }],
  ['no source', { sightings: [{ source_event: 'A', count: 1 }] }],
  ['a source with a space', { sightings: [seen('A', { source: 'my heap' })] }],
  ['zero', { sightings: [seen('A', { count: 0 })] }],
  ['half of one', { sightings: [seen('A', { count: 1.5 })] }],
  ['too many', { sightings: [seen('A', { count: 100_001 })] }],
  ['null', { sightings: [null] }],
])('W-7 422 without a value of theirs: %s', async (_, body) => {
  const { relay, post } = await endpoint();
  const response = await post(body);
  const text = await response.text();
  expect([response.status, JSON.parse(text)]).toMatchObject([422, { code: 'invalid_sightings' }]);
  expect(text).not.toContain('jane');
  expect(relay.requests).toEqual([]);
});

test.each<[number, string, string, Record<string, string>]>([
  [400, 'invalid_json', '{', {}],
  [400, 'invalid_json', '[]', {}],
  [413, 'body_too_large', JSON.stringify({ sightings: [seen('x'.repeat(2_000))] }), {}],
  [415, 'unsupported_content_type', '{}', { 'content-type': 'text/plain' }],
  [403, 'foreign_origin', '{}', { origin: 'https://evil.example' }],
])('drift is guarded like capture: %d %s', async (status, code, body, headers) => {
  const { relay, post } = await endpoint({ maxBodyBytes: 1_000 });
  const response = await post(body, headers);
  expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  expect(relay.requests).toEqual([]);
});

test('one address has one limit for all paths', async () => {
  const { post } = await endpoint({ rateLimit: { perMinute: 1 } });
  expect((await post({ sightings: [seen()] })).status).toBe(202);
  expect((await post({ sightings: [seen()] })).status).toBe(429);
});

test('W-24 503 with Retry-After when the relay does not take them', async () => {
  const { post } = await endpoint({}, () => ({ status: 401 }));
  const response = await post({ sightings: [seen()] });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await response.json()).toMatchObject({ code: 'relay_unavailable' });
});

test('the path is renamed by paths.drift, and a page of an allowed origin may ask first', async () => {
  const { handler, post } = await endpoint({
    paths: { drift: '/d' },
    allowedOrigins: ['https://pages.example.com'],
  });
  expect((await post({ sightings: [seen()] }, {}, '/tl/d')).status).toBe(202);
  expect((await post({ sightings: [seen()] })).status).toBe(404);
  const origin = { origin: 'https://pages.example.com' };
  const request = new Request('https://shop.example.com/tl/d', { method: 'OPTIONS', headers: origin });
  expect((await handler(request)).status).toBe(204);
});

test('404 where the client has no way to report', async () => {
  const { forward } = createNodeClient({ endpoint: 'https://relay.example.com' });
  const { handler, post } = await endpoint({ client: { forward } });
  expect((await post({ sightings: [seen()] })).status).toBe(404);
  expect(handler.handles('/tl/api/drift')).toBe(false);
});

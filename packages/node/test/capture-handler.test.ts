import {
  createNodeClient,
  createCaptureHandler,
  defineRegistry,
  type CaptureHandlerOptions,
  type TrackLayerError,
} from '../src/index.ts';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { paidOrder } from './events.ts';
import { relayThat, type Answering } from './relay.ts';

const visitor = 'anon_0193f1a2-7b3c-7d4e-8f50-123456789abc';
const order = (order_id = 'ord_10492', more: object = {}) => ({
  ...paidOrder(order_id),
  event_id: `${order_id}_purchase`,
  anonymous_id: visitor,
  ...more,
});

interface Sent {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  ip?: string;
}

/** A handler before a relay of its own, and how a page posts to it. */
async function endpoint(options: Omit<CaptureHandlerOptions, 'client'> = {}, answers?: Answering) {
  const relay = await relayThat(answers);
  const client = createNodeClient({ endpoint: relay.url });
  const handler = createCaptureHandler({ client, onError: () => undefined, ...options });
  return {
    relay,
    post(
      body: unknown,
      { path = '/tl/api/capture', method = 'POST', headers = {}, ip }: Sent = {},
    ): Promise<Response> {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array;
      const request = new Request(`https://shop.example.com${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' && { body: isRaw ? (body as string) : JSON.stringify(body) }),
      });
      return handler(request, { ip });
    },
  };
}

const codeOf = async (response: Response): Promise<unknown> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return ((await response.json()) as { code: unknown }).code;
};

test("W-9 W-11 a page's event is answered with the relay's verdict, and carries what only a server knows", async () => {
  const { relay, post } = await endpoint();
  const context = {
    page: { url: 'https://shop.example.com/thanks' },
    ip: '6.6.6.6',
    user_agent: 'forged',
    via: 'server',
    test: 'forged',
  };
  const response = await post(order('ord_1', { context, source: 'heap' }), {
    ip: '203.0.113.7',
    headers: { 'user-agent': 'Firefox', cookie: '_fbp=fb.1.1700000000000.42; _fbc=<script>' },
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ event_id: 'ord_1_purchase', status: 'accepted' });
  expect(relay.messages[0]).toMatchObject({
    source: 'heap',
    context: {
      page: { url: 'https://shop.example.com/thanks' },
      ip: '203.0.113.7',
      user_agent: 'Firefox',
      click_ids: { fbp: 'fb.1.1700000000000.42' },
      via: 'browser',
    },
  });
  expect(JSON.stringify(relay.messages)).not.toMatch(/script|forged|6\.6\.6\.6/);
});

test.each([
  ['nobody is asked', undefined, undefined],
  ['the app knows nobody', () => undefined, undefined],
  ['the app says who it is', () => Promise.resolve('cust_1'), 'cust_1'],
  ['the app names no person', () => 'guest', undefined],
])("W-9 a page's user_id is not taken: %s", async (_, resolveUser, user_id) => {
  const { relay, post } = await endpoint({ resolveUser });
  expect((await post(order())).status).toBe(200);
  expect((await post({ user_id: 'cust_9', anonymous_id: visitor }, { path: '/api/identify' })).status).toBe(
    200,
  );
  expect(relay.messages.map((message) => message['user_id'])).toEqual([user_id, user_id]);
});

test('W-9 an app that cannot say who it is gets the events again', async () => {
  const { relay, post } = await endpoint({
    resolveUser: () => Promise.reject(new Error('session store down')),
  });
  const response = await post(order());
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(relay.requests).toEqual([]);
});

test('W-16 an identify is merged under the id that the app says', async () => {
  const { relay, post } = await endpoint({ resolveUser: () => 'cust_1' });
  const response = await post(
    { anonymous_id: visitor, event_id: 'i_1', traits: { plan: 'pro' } },
    { path: '/tl/api/identify' },
  );
  expect(await response.json()).toEqual({ event_id: 'i_1', status: 'accepted', merged: true });
  expect(relay.requests[0]?.path).toBe('/api/identify');
  expect(relay.messages[0]).toMatchObject({
    user_id: 'cust_1',
    anonymous_id: visitor,
    traits: { plan: 'pro' },
  });
});

test('W-12 one bad event harms no neighbour, and verdicts keep their order', async () => {
  const answers: Answering = ({ messages }) => ({
    status: 200,
    body: {
      results: [
        { event_id: messages[0]?.['event_id'], status: 'duplicate', conflict: true },
        { event_id: messages[1]?.['event_id'], status: 'rejected', code: 'invalid_event', errors: [] },
      ],
    },
  });
  const { relay, post } = await endpoint({ allow: ['purchase'] }, answers);
  const batch = [
    { ...order('ord_1'), properties: { order_id: 'ord_1', value: '12,50', currency: 'EUR' } },
    order('ord_2'),
    { event: 'sign_up', event_id: 'cust_1_sign_up', anonymous_id: visitor },
    null,
    order('ord_3'),
    order('ord_4'),
  ];
  const response = await post({ batch });
  const { results } = (await response.json()) as { results: { event_id: string; status: string }[] };
  expect(relay.messages.map(({ event_id }) => event_id)).toEqual([
    'ord_2_purchase',
    'ord_3_purchase',
    'ord_4_purchase',
  ]);
  expect(results).toEqual([
    {
      event_id: 'ord_1_purchase',
      status: 'rejected',
      code: 'invalid_event',
      errors: [expect.objectContaining({ path: 'properties.value' })],
    },
    { event_id: 'ord_2_purchase', status: 'duplicate', conflict: true },
    {
      event_id: 'cust_1_sign_up',
      status: 'rejected',
      code: 'not_allowed',
      errors: [expect.objectContaining({ path: 'event' })],
    },
    { event_id: null, status: 'rejected', code: 'invalid_event', errors: [expect.anything()] },
    { event_id: 'ord_3_purchase', status: 'rejected', code: 'invalid_event', errors: [] },
    { event_id: 'ord_4_purchase', status: 'retry' },
  ]);
});

test('W-9 with a registry a page may send what is approved there, and nothing else', async () => {
  const registry = defineRegistry([
    { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
    { source: 'heap', source_event: 'Sign Up', canonical_event: 'sign_up', status: 'draft' },
  ]);
  const { post } = await endpoint({ registry });
  expect((await post(order())).status).toBe(200);
  const refused = await post({ event: 'sign_up', event_id: 'cust_1_sign_up', anonymous_id: visitor });
  expect([refused.status, await codeOf(refused)]).toEqual([422, 'invalid_event']);
});

test.each([
  ['a busy relay', { status: 503, headers: { 'retry-after': '7' } }, '7'],
  ['a wrong key', { status: 401 }, '5'],
  ['a captive portal', { status: 200, body: 'hello' }, '5'],
])('W-9 nothing is accepted without a verdict: %s', async (_, given, retryAfter) => {
  const { post } = await endpoint({}, () => given);
  const response = await post(order());
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, retryAfter]);
  expect(response.headers.get('set-cookie')).toBeNull();
  expect(await codeOf(response)).toBe('relay_unavailable');
});

test("W-7 the relay's word on an event reaches the page", async () => {
  const errors = [{ path: 'event_id', message: 'is taken' }];
  const { post } = await endpoint({}, () => ({
    status: 422,
    body: { code: 'invalid_event', errors },
    headers: { 'content-type': 'application/problem+json' },
  }));
  const response = await post(order());
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code: 'invalid_event', errors });
});

test("W-13 the page's clock is corrected before the relay sees ours", async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { relay, post } = await endpoint();
  const dayOff = (ms = 0) => new Date(Date.now() - 86_400_000 + ms).toISOString();
  const closeBy = new Date(Date.now() - 2_000).toISOString();
  await post({ ...order('ord_1'), occurred_at: dayOff(-60_000), sent_at: dayOff() });
  await post({ batch: [{ ...order('ord_2'), occurred_at: closeBy }], sent_at: new Date().toISOString() });
  expect(relay.messages.map(({ occurred_at }) => occurred_at)).toEqual([
    new Date(Date.now() - 60_000).toISOString(),
    closeBy,
  ]);
});

test("W-37 a page's report of what it dropped passes along", async () => {
  const { relay, post } = await endpoint();
  await post({
    ...order(),
    client_report: { dropped: { queue_full: 3, 'ada@example.com': 1, expired: -1 } },
  });
  expect(relay.requests[0]?.body['client_report']).toEqual({ dropped: { queue_full: 3, other: 1 } });
});

test('W-37 P-1 a report beside messages of which none goes on passes along with the next that does', async () => {
  const { relay, post } = await endpoint();
  const bad = { ...order('ord_1'), properties: {} };
  const answer = await post({ batch: [bad, bad], client_report: { dropped: { queue_full: 3 } } });
  // A verdict for each: the page counts its report as arrived.
  expect(answer.status).toBe(200);
  expect(relay.requests).toEqual([]);
  await post({ ...order('ord_2'), client_report: { dropped: { queue_full: 1, expired: 2 } } });
  await post(order('ord_3'));
  expect(relay.requests.map(({ body }) => body['client_report'])).toEqual([
    { dropped: { queue_full: 4, expired: 2 } },
    undefined,
  ]);
});

test('the visitor is remembered for 400 days by a cookie of the server, also after a script has set it', async () => {
  const { relay, post } = await endpoint({ cookieDomain: 'example.com' });
  const common = 'Domain=example.com; Path=/';
  const both = [
    `tl_aid=${visitor}; Max-Age=34560000; ${common}; Secure; SameSite=Lax`,
    `tl_aid_kept=${visitor}; Max-Age=86400; ${common}; Secure; SameSite=Lax`,
  ];
  expect((await post(order())).headers.getSetCookie()).toEqual(both);
  const withCookies = (cookie: string) => post(order('ord_2'), { headers: { cookie } });
  // A script's cookie lives 7 days in Safari, and does not say who set it.
  expect((await withCookies(`tl_aid=${visitor}`)).headers.getSetCookie()).toEqual(both);
  const other = visitor.replace('c', 'd');
  expect((await withCookies(`tl_aid=${visitor}; tl_aid_kept=${other}`)).headers.getSetCookie()).toEqual(both);
  const keptToday = await withCookies(`tl_aid=${visitor}; tl_aid_kept=${visitor}`);
  expect(keptToday.headers.getSetCookie()).toEqual([]);
  const known = await post(order('ord_3', { anonymous_id: undefined }), {
    headers: { cookie: `a=b; tl_aid=${visitor}` },
  });
  // A day later `tl_aid_kept` is gone, and the 400 days begin anew.
  expect(known.headers.getSetCookie()).toEqual(both);
  expect(new Set(relay.messages.map(({ anonymous_id }) => anonymous_id))).toEqual(new Set([visitor]));
  const foreign = await post(order('ord_4', { anonymous_id: 'x; Domain=evil.example' }));
  expect(foreign.headers.getSetCookie()).toEqual([]);
});

test.each([
  [false, '203.0.113.7'],
  [true, '1.1.1.1'],
  [1, '2.2.2.2'],
  [2, '1.1.1.1'],
])('X-Forwarded-For is believed as far as trustProxy: %s says', async (trustProxy, ip) => {
  const { relay, post } = await endpoint({ trustProxy });
  await post(order(), { ip: '203.0.113.7', headers: { 'x-forwarded-for': '1.1.1.1, 2.2.2.2:443' } });
  expect(relay.messages[0]).toMatchObject({ context: { ip } });
});

test('attack 18: a page of another origin cannot post, unless the app allows it', async () => {
  const { relay, post } = await endpoint({ allowedOrigins: ['https://app.example.com'] });
  const from = (origin: string, more = {}) => ({ headers: { origin, ...more } });
  for (const origin of ['https://evil.example', 'null', 'https://shop.example.com.evil.example', 'x']) {
    const refused = await post(order(), from(origin));
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'foreign_origin']);
    const asked = await post('', { ...from(origin), method: 'OPTIONS' });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  }
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
  ]) {
    const refused = await post(order(), { headers: { 'content-type': type } });
    expect([refused.status, await codeOf(refused)]).toEqual([415, 'unsupported_content_type']);
  }
  expect(relay.requests).toEqual([]);
  expect((await post(order(), from('https://shop.example.com'))).status).toBe(200);
  const allowed = await post(order(), from('https://app.example.com'));
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
    200,
    'https://app.example.com',
  ]);
  expect((await post('', { ...from('https://app.example.com'), method: 'OPTIONS' })).status).toBe(204);
});

test('attack 16: size is bounded before and after decompression', async () => {
  const { post } = await endpoint();
  const gzip = { headers: { 'content-encoding': 'gzip' } };
  const bomb = await post(gzipSync(Buffer.alloc(20_000_000, 32)), gzip);
  expect([bomb.status, await codeOf(bomb)]).toEqual([413, 'body_too_large']);
  const large = await post(' '.repeat(1_048_577));
  expect([large.status, await codeOf(large)]).toEqual([413, 'body_too_large']);
  const cut = await post(gzipSync(JSON.stringify(order())).subarray(0, 40), gzip);
  expect([cut.status, await codeOf(cut)]).toEqual([400, 'incomplete_body']);
  expect((await post(gzipSync(JSON.stringify(order())), gzip)).status).toBe(200);
  const brotli = await post(order(), { headers: { 'content-encoding': 'br' } });
  expect([brotli.status, await codeOf(brotli)]).toEqual([415, 'unsupported_encoding']);
  const many = await post({ batch: Array.from({ length: 501 }, () => order()) });
  expect([many.status, await codeOf(many)]).toEqual([413, 'too_many_events']);
});

const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i])));
const bare = `"event":"purchase","event_id":"ord_1_purchase","anonymous_id":"${visitor}"`;
const good = '"order_id":"ord_1","value":1,"currency":"EUR"';
test.each([
  ['deep properties', `{${bare},"properties":${deep(20_000)}}`, 422],
  ['deep consent', `{${bare},"properties":{${good}},"consent":${deep(20_000)}}`, 422],
  ['5,000 keys', `{${bare},"properties":${keys}}`, 422],
  ['required fields on __proto__ only', `{${bare},"properties":{"__proto__":{${good}}}}`, 422],
  ['everything on __proto__', `{"__proto__":{${bare},"properties":{${good}}}}`, 422],
  ['null', 'null', 400],
  ['a list', '[]', 400],
  ['nothing', '', 400],
  ['a BOM', `\uFEFF{${bare}}`, 400],
  ['bad UTF-8', Uint8Array.of(0x22, 0xff, 0xfe, 0x22), 400],
  ['truncated JSON', `{${bare}`, 400],
  ['an empty batch', '{"batch":[]}', 400],
  ['a batch that is none', '{"batch":{"length":1}}', 400],
  [
    'CR LF in the id',
    `{"event":"purchase","event_id":"a\\r\\nSet-Cookie: x","anonymous_id":"${visitor}"}`,
    422,
  ],
  ['a list as event', `{"event":["purchase"],"event_id":"a","anonymous_id":"${visitor}"}`, 422],
  [
    'an event called __proto__',
    `{"event":"__proto__","event_id":"__proto__","anonymous_id":"${visitor}"}`,
    422,
  ],
  ['value 1e400', `{${bare},"properties":{"order_id":"ord_1","value":1e400,"currency":"EUR"}}`, 422],
  ['yesterday', `{${bare},"properties":{${good}},"occurred_at":"yesterday"}`, 422],
  ['a clear address as hash', `{${bare},"properties":{${good},"email_sha256":"ada@example.com"}}`, 422],
  [
    'the hash of nothing',
    `{${bare},"properties":{${good},"email_sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}`,
    422,
  ],
  ['nobody', '{"event":"purchase","event_id":"a","user_id":"cust_1","properties":{}}', 422],
])('attacks 16 to 24: %s has a clear answer, echoes nothing and goes no further', async (_, body, status) => {
  const { relay, post } = await endpoint();
  const response = await post(body);
  expect(response.status).toBe(status);
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(text).not.toMatch(/ada@|Set-Cookie: x|yesterday"|anon_0193/);
  expect(relay.requests).toEqual([]);
});

test('attack 25: other methods and paths are refused in problem+json, whatever the page accepts', async () => {
  const { post } = await endpoint({ paths: { capture: '/api/c' } });
  const got = await post('', { method: 'GET', path: '/tl/api/c', headers: { accept: 'text/html' } });
  expect([got.status, got.headers.get('allow'), await codeOf(got)]).toEqual([
    405,
    'POST, OPTIONS',
    'method_not_allowed',
  ]);
  for (const path of ['/tl/api/capture', '/tl/api/c/', '/tl/api/c%2f', '/tl/api/c/../../etc']) {
    const lost = await post(order(), { path });
    expect([lost.status, await codeOf(lost)]).toEqual([404, 'not_found']);
  }
  expect((await post(order(), { path: '/tl/api/c?token=tlk_live_1' })).status).toBe(200);
});

test('one address gets its requests of a minute, others theirs', async () => {
  const { post } = await endpoint({ rateLimit: { perMinute: 2 } });
  const statuses = [];
  for (const ip of ['203.0.113.7', '203.0.113.7', '203.0.113.7', '203.0.113.8']) {
    statuses.push((await post(order(), { ip })).status);
  }
  expect(statuses).toEqual([200, 200, 429, 200]);
});

test('wrong options throw at once', () => {
  const client = { forward: () => Promise.resolve({ type: 'unreachable' } as const) };
  expect(() => createCaptureHandler({} as CaptureHandlerOptions)).toThrow(/invalid_options.*client/);
  expect(() => createCaptureHandler({ client, cookieDomain: 'a; Path=/' })).toThrow(
    /invalid_options.*cookieDomain/,
  );
});

test('the app hears at the start that pages may send everything, and then what refuses them', async () => {
  const told: string[] = [];
  const onError = ({ code, detail }: TrackLayerError) => void told.push(`${code}: ${detail}`);
  const resolveUser = () => Promise.reject(new Error('no session store'));
  const { post } = await endpoint({ onError, resolveUser });
  expect(told.splice(0)).toEqual([expect.stringMatching(/^setup: .*neither `allow` nor `registry`/)]);
  await endpoint({ onError, allow: ['purchase'] });
  expect(told).toEqual([]);
  expect((await post(order())).status).toBe(503);
  const www = await post(order(), { headers: { origin: 'https://www.shop.example.com' } });
  const { detail } = (await www.json()) as { detail: string };
  for (const text of [detail, told[1]]) {
    expect(text).toMatch(/the page is from www\.shop\.example\.com, this endpoint is shop\.example\.com/);
  }
  expect(told[0]).toMatch(/^callback: .*session cannot be read/);
});

test('without onError it is a warning on the console', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  onTestFinished(() => warn.mockRestore());
  createCaptureHandler({ client: createNodeClient({ endpoint: 'http://127.0.0.1:9' }) });
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    expect.stringContaining('list the events that pages send in `allow`'),
  );
});

test.each<[string, object, string]>([
  ['no client', { client: undefined }, '`client` must be what createNodeClient returns'],
  [
    'a registry that is only its entries',
    { registry: [] },
    '`registry` must be what defineRegistry, parseRegistry or loadRegistry returns, got a list',
  ],
  ['one name for a list', { allow: 'purchase' }, '`allow` must be a list of event names, got string'],
  [
    'an origin that is a host',
    { allowedOrigins: ['shop.example.com'] },
    '`allowedOrigins` must be a list of origins',
  ],
  [
    'one origin for a list',
    { allowedOrigins: 'https://shop.example.com' },
    '`allowedOrigins` must be a list of origins',
  ],
  ['a path without its slash', { paths: { capture: 'c' } }, '`paths` must begin with a slash'],
  [
    'a text for trustProxy',
    { trustProxy: 'true' },
    '`trustProxy` must be true, false or how many proxies are yours',
  ],
])('a set-up with %s is refused with what to pass', (_, options, words) => {
  const client = { forward: () => Promise.resolve({ type: 'unreachable' as const }) };
  expect(() => createCaptureHandler({ client, ...options })).toThrow(`[invalid_options] ${words}`);
});

test('an allowed origin may end with a slash', async () => {
  const { post } = await endpoint({ allowedOrigins: ['https://App.example.com/'] });
  expect((await post(order(), { headers: { origin: 'https://app.example.com' } })).status).toBe(200);
});

test.each([undefined, null, {}] as never[])('a handler that is given %j says what it needs', (given) => {
  expect(() => createCaptureHandler(given)).toThrow(
    '[invalid_options] `client` must be what createNodeClient returns',
  );
});

// Every sample of docs/frameworks.md, run as it stands.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, request as sendRequest } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { createCaptureHandler, createNodeClient, toNodeHandler } from '@tracklayer/node';
import { createSqliteStore, serveRelay } from '@tracklayer/relay';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';

const key = 'tlk_test_0123456789abcdef';
const folder = join(import.meta.dirname, '../.samples');
const page = readFileSync(join(import.meta.dirname, '../../../docs/frameworks.md'), 'utf8');
const samples = new Map(
  [...page.matchAll(/^```js\n\/\/ (\S+)\n(.*?)^```/gms)].map(([, name = '', code = '']) => [name, code]),
);
const store = createSqliteStore({ path: ':memory:' });
let relay: { url: string; close: () => Promise<void> };

beforeAll(async () => {
  relay = await serveRelay({ store, keys: [{ environment: 'production', secret: key }], port: 0 });
  mkdirSync(folder, { recursive: true });
  for (const [name, code] of samples) writeFileSync(join(folder, name), code);
  writeFileSync(
    join(folder, 'authenticate.js'),
    `import { userOf } from './session.js';
export function authenticate(request, _, next) {
  request.user = { id: userOf(new Request('https://shop.example.com', { headers: { cookie: request.headers.cookie } })) };
  next();
}
`,
  );
  Object.assign(process.env, {
    TRACKLAYER_URL: relay.url,
    TRACKLAYER_KEY: key,
    SESSION_SECRET: 'of these tests',
  });
  const { startSession } = (await load('session')) as { startSession(userId: string): string };
  headers.cookie = startSession('cust_2048').split(';')[0]!;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  delete process.env['TRACKLAYER_URL'];
  delete process.env['TRACKLAYER_KEY'];
  delete process.env['SESSION_SECRET'];
  await relay.close();
});

const order = (name: string) => ({
  event: 'purchase',
  event_id: `ord_${name}_purchase`,
  anonymous_id: 'anon_0193f1a2-7b3c-7d4e-8f50-123456789abc',
  properties: { order_id: `ord_${name}`, value: 129.95, currency: 'EUR' },
});
const headers = { 'content-type': 'application/json', cookie: '' };
const posted = (name: string, host = 'shop.example.com'): Request =>
  new Request(`https://${host}/tl/api/capture`, {
    method: 'POST',
    headers: { ...headers, origin: `https://${host}` },
    body: JSON.stringify(order(name)),
  });
/** What a page is answered, and what the relay has of it. */
async function outcomeOf(response: Response, name: string): Promise<object> {
  const { event } = (await store.event('production', `ord_${name}_purchase`)) ?? {};
  const [cookie] = response.headers.getSetCookie();
  return {
    ...((await response.json()) as object),
    cookie,
    user_id: event?.user_id,
    via: event?.context?.via,
  };
}
const accepted = {
  status: 'accepted',
  cookie: expect.stringMatching(/^tl_aid=anon_/) as string,
  user_id: 'cust_2048',
  via: 'browser',
};
const load = async (name: string): Promise<Record<string, unknown>> =>
  (await import(join(folder, `${name}.js`))) as Record<string, unknown>;

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => void probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test.each(['express', 'express-user', 'fastify', 'hono', 'node-http'])(
  'the sample for %s runs',
  async (name) => {
    const port = await freePort();
    const child = spawn(process.execPath, ['--conditions=@tracklayer/source', join(folder, `${name}.js`)], {
      env: { ...process.env, PORT: String(port) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const send = () =>
      fetch(`http://localhost:${port}/tl/api/capture`, {
        method: 'POST',
        headers: { ...headers, origin: `http://localhost:${port}` },
        body: JSON.stringify(order(name)),
      });
    let answer = await send().catch(() => undefined);
    while (!answer && child.exitCode === null) {
      await setTimeout(50);
      answer = await send().catch(() => undefined);
    }
    expect(await outcomeOf(answer!, name)).toMatchObject(accepted);
  },
);

test('only a session that the server signed, and that has not ended, names a user', async () => {
  const { userOf } = (await load('session')) as { userOf(request: Request): string | undefined };
  const userWith = (cookie: string) =>
    userOf(new Request('https://shop.example.com', { headers: { cookie } }));
  expect(userWith(`theme=dark; ${headers.cookie}`)).toBe('cust_2048');
  const [session = '', signature = ''] = headers.cookie.slice('session='.length).split('.');
  const other = Buffer.from(JSON.stringify({ userId: 'cust_1', endsAt: Date.now() + 1_000 })).toString(
    'base64url',
  );
  for (const forged of [
    'session=cust_2048',
    `session=${session}`,
    `session=${other}.${signature}`,
    `session=${session}.AAAA`,
    '',
  ])
    expect([forged, userWith(forged)]).toEqual([forged, undefined]);
  vi.useFakeTimers({ now: Date.now() + 86_400_001 });
  onTestFinished(() => void vi.useRealTimers());
  expect(userWith(headers.cookie)).toBe(undefined);
});

/** What a proxy adds to a request of a visitor at 203.0.113.7 who asks for https://shop.com. */
type ProxyHeaders = (visitor: Readonly<Record<string, string>>) => Record<string, string>;
const address = '203.0.113.7';
const nginx: ProxyHeaders = ({ 'x-forwarded-for': claimed }) => {
  const values: Record<string, string> = {
    $host: 'shop.com',
    $scheme: 'https',
    $proxy_add_x_forwarded_for: claimed === undefined ? address : `${claimed}, ${address}`,
  };
  const directives = [...page.matchAll(/proxy_set_header (\S+) (\S+);\n/g)];
  return Object.fromEntries(
    directives.map(([, name = '', value = '']) => [name.toLowerCase(), values[value] ?? value]),
  );
};
/** Caddy replaces what a visitor who is no proxy claims, and keeps Host. */
const caddy: ProxyHeaders = () => ({
  host: 'shop.com',
  'x-forwarded-for': address,
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'shop.com',
});

test.each<[string, ProxyHeaders]>([
  ['nginx', nginx],
  ['Caddy', caddy],
])(
  'behind %s as configured, an event has the visitor’s address and its cookie is Secure',
  async (name, proxied) => {
    const client = createNodeClient({ endpoint: relay.url, key });
    const post = await endpointBehind(createCaptureHandler({ client, trustProxy: 1 }));
    const visitor = { origin: 'https://shop.com', 'x-forwarded-for': '6.6.6.6' };
    const answer = await post(name, { ...visitor, ...proxied(visitor) });
    expect(await outcomeOf(answer, name)).toMatchObject({
      status: 'accepted',
      cookie: expect.stringContaining('; Secure'),
    });
    expect(await store.event('production', `ord_${name}_purchase`)).toMatchObject({
      event: { context: { ip: address } },
    });
  },
);

test.each([
  ['a proxy that replaces Host', { origin: 'https://shop.com', host: 'app:3000' }, 'shop.com', 'app:3000'],
  ['www against apex', { origin: 'https://www.shop.com', host: 'shop.com' }, 'www.shop.com', 'shop.com'],
])('%s: the 403 names both hosts', async (_, visitor, ofPage, own) => {
  const client = createNodeClient({ endpoint: relay.url, key });
  const post = await endpointBehind(createCaptureHandler({ client, onError: () => {} }));
  const answer = await post('refused', visitor);
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({
    code: 'foreign_origin',
    detail: expect.stringContaining(`the page is from ${ofPage}, this endpoint is ${own}`),
  });
});

/** An endpoint on a port, and a request to it with the headers that a proxy in front would send. */
async function endpointBehind(handler: ReturnType<typeof createCaptureHandler>) {
  const server = createHttpServer(toNodeHandler(handler));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  // Not fetch, which sets Host itself.
  return async (name: string, given: Readonly<Record<string, string>>): Promise<Response> => {
    const sent = sendRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/tl/api/capture',
      headers: { 'content-type': 'application/json', ...given },
    });
    sent.end(JSON.stringify(order(name)));
    const [got] = (await once(sent, 'response')) as [IncomingMessage];
    const response = new Response(await text(got), { status: got.statusCode ?? 0 });
    for (const cookie of got.headers['set-cookie'] ?? []) response.headers.append('set-cookie', cookie);
    return response;
  };
}

test.each(['next', 'sveltekit', 'worker'])('the sample for %s runs', async (name) => {
  const { POST, default: whole } = (await load(name)) as Record<
    string,
    (given: unknown) => Promise<Response>
  >;
  const request = posted(name);
  const given = {
    next: request,
    sveltekit: { request, getClientAddress: () => '203.0.113.7' },
  };
  const answer = await (name === 'worker'
    ? (whole as unknown as { fetch(request: Request): Promise<Response> }).fetch(request)
    : (POST ?? whole)!(given[name as keyof typeof given]));
  expect(await outcomeOf(answer, name)).toMatchObject(accepted);
});

test.each([
  ['nuxt', 'server/routes/tl/[...path].js'],
  ['nuxt-plugin', 'app/plugins/tracklayer.client.js'],
])('the sample %s is what consumers/projects/nuxt builds and runs', (name, path) => {
  const file = join(import.meta.dirname, '../../../consumers/projects/nuxt', path);
  expect(samples.get(`${name}.js`)).toBe(readFileSync(file, 'utf8'));
});

test('the sample for Lambda runs', async () => {
  const { handler } = (await load('lambda')) as {
    handler(
      event: object,
    ): Promise<{ statusCode: number; headers: Record<string, string>; cookies: string[]; body: string }>;
  };
  const { cookie, ...others } = headers;
  const {
    statusCode,
    cookies,
    body,
    headers: given,
  } = await handler({
    rawPath: '/tl/api/capture',
    headers: { ...others, host: 'shop.example.com', origin: 'https://shop.example.com' },
    cookies: [cookie],
    body: Buffer.from(JSON.stringify(order('lambda'))).toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method: 'POST', sourceIp: '203.0.113.7' } },
  });
  const response = new Response(body, { status: statusCode, headers: given });
  for (const each of cookies) response.headers.append('set-cookie', each);
  expect(await outcomeOf(response, 'lambda')).toMatchObject(accepted);
  expect(await store.event('production', 'ord_lambda_purchase')).toMatchObject({
    event: { context: { ip: '203.0.113.7' } },
  });
});

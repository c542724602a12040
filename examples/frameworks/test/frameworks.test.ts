// Every sample of docs/frameworks.md, run as it stands.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createSqliteStore, serveRelay } from '@tracklayer/relay';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

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
  Object.assign(process.env, { TRACKLAYER_URL: relay.url, TRACKLAYER_KEY: key });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  delete process.env['TRACKLAYER_URL'];
  delete process.env['TRACKLAYER_KEY'];
  await relay.close();
});

const order = (name: string) => ({
  event: 'purchase',
  event_id: `ord_${name}_purchase`,
  anonymous_id: 'anon_0193f1a2-7b3c-7d4e-8f50-123456789abc',
  properties: { order_id: `ord_${name}`, value: 129.95, currency: 'EUR' },
});
const headers = { 'content-type': 'application/json', cookie: 'session=cust_2048' };
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

test.each(['express', 'fastify', 'hono', 'node-http'])('the sample for %s runs', async (name) => {
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
});

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

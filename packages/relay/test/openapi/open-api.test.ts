import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createRelay, createSqliteStore, type Relay, type Store } from '../../src/index.ts';
import { statusesOf } from '../../src/openapi/open-api.ts';
import type { Operation } from '../../src/operation.ts';
import { operations } from '../../src/operations.ts';
import { paidOrder, signedUp } from '../events.ts';
import { heapEntry } from '../registry/entries.ts';

const secret = 'tlk_test_0123456789abcdef';
const powerless = 'tlk_powerless_0123456789';
const registrar = 'tlk_registrar_0123456789';
const heapSecret = 'heap-secret';

function freshRelay(store: Store = createSqliteStore({ path: ':memory:' })): Relay {
  const relay = createRelay({
    store,
    keys: [
      {
        environment: 'production',
        secret,
        scopes: [
          'events:read',
          'events:write',
          'registry:write',
          'people:write',
          'audiences:write',
          'destinations:write',
        ],
      },
      { environment: 'production', secret: powerless, scopes: ['audiences:write'] },
      { environment: 'production', secret: registrar, scopes: ['registry:write'] },
    ],
    // Nothing leaves within a test.
    destinations: { meta: { dataset: '1', token: 'EAAB', holdMs: 600_000 } },
    audiences: { vip: { to: { meta: { audience: '900' } } } },
    heap: { secret: heapSecret },
  });
  onTestFinished(() => relay.close());
  return relay;
}

const broken = (): Store => {
  const fails = () => Promise.reject(new Error('the disk is full'));
  const store = createSqliteStore({ path: ':memory:' });
  return {
    ...store,
    capture: fails,
    identify: fails,
    check: fails,
    putRegistry: fails,
    addSightings: fails,
    unlink: fails,
    replayDeliveries: fails,
    changeQueue: fails,
    erase: fails,
    addMembers: fails,
    mirrorMembers: fails,
  };
};

const bodies: Readonly<Record<string, object>> = {
  '/api/capture': paidOrder(),
  '/api/identify': signedUp(),
  '/api/registry': { entries: [heapEntry()] },
  '/api/registry/diff': { entries: [heapEntry()] },
  '/api/people/find': { user_id: 'cust_2048' },
  '/api/people/unlink': { user_id: 'cust_2048', anonymous_id: 'anon_91b2' },
  '/api/people/erase': { user_id: 'cust_2048' },
  '/api/events/find': { id: 'ord_10492' },
  '/api/events/trace': { event_id: 'ord_10492_purchase' },
  '/api/deliveries/replay': { destination: 'meta', since: '2026-11-23T10:00:00.000Z' },
  '/api/audiences/{audience}/members': { sync_id: 'a', add: [{ user_id: 'cust_2048' }] },
  '/api/audiences/{audience}/sync': {},
  '/api/heap/segments': {
    action_type: 'segment.users.sync',
    data: {
      segment: { id: 7, name: 'VIP' },
      sync_info: { page_number: 1, total_pages: 1, sync_task_id: 't' },
    },
  },
  '/api/drift': { sightings: [{ source: 'heap', source_event: 'Order Completed', count: 1 }] },
};

function signed(body: string): string {
  const ts = Date.now();
  return `ts:${ts},hmac:${createHmac('sha256', heapSecret).update(String(ts)).update(body).digest('base64')}`;
}

interface Case {
  key?: string;
  path?: string;
  body?: string;
  headers?: Record<string, string>;
}

/** What brings an operation to a status. */
const causes: Readonly<Record<number, (operation: Operation) => Case>> = {
  200: ({ path }) =>
    path === '/api/deliveries/preview'
      ? { path: `${path}?event_id=ord_10492_purchase&destination=meta` }
      : {},
  304: () => ({ headers: { 'if-none-match': '"0"' } }),
  400: ({ path, body }) => (body ? { body: '{' } : { path: `${path}?limit=many&since=never` }),
  401: () => ({ key: 'tlk_unknown_0123456789' }),
  403: ({ scope }) => ({ key: scope === 'audiences:write' ? registrar : powerless }),
  404: ({ path, body }) =>
    body && !path.includes('{audience}')
      ? {
          path: path.endsWith('/diff') ? `${path}?from=999` : path,
          body: JSON.stringify({
            ...bodies[path],
            destination: 'nowhere',
            user_id: 'cust_999',
            event_id: 'a',
          }),
        }
      : { path: path.replaceAll(/\{\w+\}/g, '999') },
  409: ({ path }) => ({ body: JSON.stringify({ ...bodies[path], total_pages: 2 }) }),
  412: () => ({ headers: { 'if-match': '"7"' } }),
  413: () => ({ body: JSON.stringify({ a: 'x'.repeat(1_100_000) }) }),
  415: () => ({ headers: { 'content-type': 'text/plain' } }),
  422: ({ path, body }) =>
    body
      ? {
          body: JSON.stringify({ entries: [{}], full: path.endsWith('/sync') ? 'yes' : true, limit: 'many' }),
        }
      : { path: path.replace('{audience}', 'vip%20list') },
  428: () => ({ headers: { 'if-match': '' } }),
  503: () => ({}),
};

const documented = operations.flatMap((operation) =>
  statusesOf(operation).map((status) => [operation.method, operation.path, status, operation] as const),
);

test.each(documented)('W-38 %s %s answers %i as documented', async (method, path, status, operation) => {
  const relay = freshRelay(status === 503 ? broken() : undefined);
  const send = (cause: Case, sentMethod: string, sentPath: string): Promise<Response> =>
    relay.fetch(
      new Request(
        `http://relay.test${(cause.path ?? sentPath).replace('{event_id}', 'ord_10492_purchase').replace('{version}', '1').replace('{destination}', 'meta').replace('{user_id}', 'cust_2048').replace('{anonymous_id}', 'anon_91b2').replace('{audience}', 'vip')}`,
        {
          method: sentMethod.toUpperCase(),
          ...(['post', 'put'].includes(sentMethod) && {
            body: cause.body ?? JSON.stringify(bodies[sentPath]),
          }),
          headers: {
            ...(operation.scope && { authorization: `Bearer ${cause.key ?? secret}` }),
            'content-type': 'application/json',
            ...(sentPath === '/api/heap/segments' && {
              'heap-hash': signed(JSON.stringify(bodies[sentPath])),
            }),
            ...(sentMethod === 'put' && { 'if-match': '"0"' }),
            ...cause.headers,
          },
        },
      ),
    );
  if (path.startsWith('/api/users/{user_id}') || path.startsWith('/api/people/'))
    await send({}, 'post', '/api/identify');
  if (path === '/api/deliveries/preview') await send({}, 'post', '/api/capture');
  if (/^\/api\/events\/(\{event_id\}|trace)/.test(path)) await send({}, 'post', '/api/capture');
  if (path.includes('{version}')) await send({}, 'put', '/api/registry');
  if (status === 409) await send({}, 'post', path);
  const cause = causes[status]?.(operation) ?? {};
  const answer = await send(cause, method, path);
  expect(answer.status).toBe(status);
  if (status === 304) return;

  const document = await read(relay);
  const described = document.paths[path]?.[method]?.responses[status];
  const [type, content] = Object.entries(described?.content ?? {})[0] ?? [];
  expect(answer.headers.get('content-type')).toContain(type);
  if (type?.startsWith('text/')) return answer.body?.cancel();
  const { $ref, ...own } = content?.schema ?? {};
  const schema = $ref ? document.components.schemas[$ref.split('/').at(-1) ?? ''] : own;
  const required = schema?.required ?? schema?.anyOf?.[0]?.required ?? [];
  const body = (await answer.json()) as object;
  expect(Object.keys(body)).toEqual(expect.arrayContaining([...required]));
});

test('W-38 every reference of the document leads somewhere', async () => {
  const document = await read(freshRelay());
  expect(document.openapi).toBe('3.1.0');
  const refs = JSON.stringify(document.paths).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining([...new Set([...refs].map(([, name]) => name))]),
  );
  for (const schema of Object.values(document.components.schemas)) {
    const inner = [...JSON.stringify(schema).matchAll(/"#\/\$defs\/([\w.]+)"/g)].map(([, name]) => name);
    expect(Object.keys(schema.$defs ?? {})).toEqual(expect.arrayContaining(inner));
  }
});

test('W-38 the schemas are those of core, an event and both requests', async () => {
  const answer = await freshRelay().fetch(new Request('http://relay.test/api/schema'));
  expect(await answer.json()).toMatchObject({
    events: { purchase: { $schema: expect.stringContaining('2020-12') } },
    capture: { title: 'event' },
    identify: { title: 'identify' },
    registry: { title: 'registry' },
  });
});

interface DescribedSchema {
  $ref?: string;
  $defs?: object;
  required?: readonly string[];
  anyOf?: readonly DescribedSchema[];
}

interface Described {
  openapi: string;
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: DescribedSchema }> }> }>
  >;
  components: { schemas: Record<string, DescribedSchema> };
}

const read = async (relay: Relay): Promise<Described> =>
  (await (await relay.fetch(new Request('http://relay.test/api/openapi.json'))).json()) as Described;

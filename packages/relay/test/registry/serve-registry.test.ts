import { expect, onTestFinished, test } from 'vitest';
import { createRelay, type Relay } from '../../src/index.ts';
import { heapEntry } from './entries.ts';
import { freshStore } from '../fresh-store.ts';

const writer = 'tlk_registry_0123456789';
const reader = 'tlk_readonly_0123456789';
const elsewhere = 'tlk_staging_0123456789';

function freshRelay(): Relay {
  const relay = createRelay({
    store: freshStore(),
    keys: [
      { environment: 'production', secret: writer, scopes: ['events:read', 'registry:write'] },
      { environment: 'production', secret: reader, scopes: ['events:read'] },
      { environment: 'staging', secret: elsewhere },
    ],
  });
  onTestFinished(() => relay.close());
  return relay;
}

interface Call {
  key?: string;
  ifMatch?: string;
  ifNoneMatch?: string;
  body?: object;
}

const call = (relay: Relay, { key = writer, ifMatch, ifNoneMatch, body }: Call = {}): Promise<Response> =>
  relay.fetch(
    new Request('http://relay.test/api/registry', {
      method: body ? 'PUT' : 'GET',
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        ...(ifNoneMatch !== undefined && { 'if-none-match': ifNoneMatch }),
      },
    }),
  );

const entries = [heapEntry()];

test('W-32 a registry is empty, then put, then read with its version', async () => {
  const relay = freshRelay();
  const empty = await call(relay);
  expect([empty.headers.get('etag'), await empty.json()]).toEqual(['"0"', { version: 0, entries: [] }]);
  const put = await call(relay, { ifMatch: '"0"', body: { entries } });
  expect([put.status, put.headers.get('etag')]).toEqual([200, '"1"']);
  expect(await (await call(relay)).json()).toEqual({ version: 1, entries });
});

test('W-32 a stale version is 412, and nothing changes', async () => {
  const relay = freshRelay();
  await call(relay, { ifMatch: '0', body: { entries } });
  const stale = await call(relay, { ifMatch: '0', body: { entries: [] } });
  expect([stale.status, stale.headers.get('etag')]).toEqual([412, '"1"']);
  expect(await stale.json()).toMatchObject({ code: 'precondition_failed' });
  expect(await (await call(relay)).json()).toEqual({ version: 1, entries });
});

test('W-32 of two that put at once, the first wins', async () => {
  const relay = freshRelay();
  const answers = await Promise.all([1, 2].map(() => call(relay, { ifMatch: '0', body: { entries } })));
  expect(answers.map(({ status }) => status)).toEqual([200, 412]);
});

test.each([
  ['nothing', undefined],
  ['a star', '*'],
  ['a word', '"newest"'],
])('W-32 If-Match with %s is 428', async (_, ifMatch) => {
  const answer = await call(freshRelay(), { ...(ifMatch !== undefined && { ifMatch }), body: { entries } });
  expect([answer.status, await answer.json()]).toMatchObject([428, { code: 'precondition_required' }]);
});

test.each([
  [
    'an unknown event',
    heapEntry({ canonical_event: 'order_done' }),
    'canonical_event',
    'which is not in the vocabulary',
  ],
  ['a status of its own', heapEntry({ status: 'live' as never }), 'status', 'must be one of draft'],
  [
    'a map that never meets it',
    heapEntry({ properties: { order_id: 'id', value: 'v' } }),
    'properties',
    'never sets currency',
  ],
])('W-32 %s is 422 with the entry named', async (_, wrong, field, words) => {
  const body = { entries: [heapEntry({ source_event: 'Checkout Started' }), wrong] };
  const answer = await call(freshRelay(), { ifMatch: '0', body });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    code: 'invalid_registry',
    errors: [{ path: `entries.1.${field}`, message: expect.stringContaining(words) }],
  });
});

test('W-32 who has the version already is answered 304', async () => {
  const answer = await call(freshRelay(), { ifNoneMatch: '"0"' });
  expect([answer.status, await answer.text()]).toEqual([304, '']);
});

test('W-8 only registry:write writes, and environments share nothing', async () => {
  const relay = freshRelay();
  const refused = await call(relay, { key: reader, ifMatch: '0', body: { entries } });
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('registry:write')]);
  await call(relay, { ifMatch: '0', body: { entries } });
  expect(await (await call(relay, { key: elsewhere })).json()).toEqual({ version: 0, entries: [] });
});

test('W-55 a registry is compared with the one in force, or an older one, and nothing changes', async () => {
  const relay = freshRelay();
  await call(relay, { ifMatch: '"0"', body: { entries: [heapEntry({ status: 'draft' })] } });
  const diff = async (query: string, body: object) => {
    const answer = await relay.fetch(
      new Request(`http://relay.test/api/registry/diff${query}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { authorization: `Bearer ${reader}`, 'content-type': 'application/json' },
      }),
    );
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const label = { source: 'heap', source_event: 'Order Completed' };
  expect(await diff('', { entries })).toEqual({
    status: 200,
    from: 1,
    severity: 'careful',
    changes: [{ ...label, severity: 'careful', change: expect.stringContaining('approved') }],
  });
  expect(await diff('?from=1', { entries: [] })).toMatchObject({ from: 1, severity: 'safe' });
  expect(await diff('?from=7', { entries })).toMatchObject({ status: 404, code: 'not_found' });
  expect(await diff('', { entries: [{}] })).toMatchObject({ status: 422, code: 'invalid_registry' });
  expect(await (await call(relay)).json()).toMatchObject({ version: 1 });
});

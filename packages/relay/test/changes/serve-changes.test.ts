import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createRelay, type ChangePage } from '../../src/index.ts';
import { heapEntry } from '../registry/entries.ts';
import { signedUp } from '../events.ts';
import { freshStore } from '../fresh-store.ts';

const secret = 'tlk_test_0123456789abcdef';
const reader = 'tlk_readonly_0123456789';
const now = Date.parse('2026-11-23T10:15:31.000Z');
const shortOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

function freshRelay() {
  const relay = createRelay({
    store: freshStore(),
    keys: [
      {
        environment: 'production',
        secret,
        scopes: ['events:write', 'events:read', 'registry:write', 'people:write', 'destinations:write'],
      },
      { environment: 'production', secret: reader },
    ],
    destinations: { dry: { type: 'dry-run' } },
    now: () => now,
  });
  onTestFinished(() => relay.close());
  return async (method: string, path: string, body?: object, headers: object = {}) => {
    const answer = await relay.fetch(
      new Request(`http://relay.test${path}`, {
        method,
        body: body && JSON.stringify(body),
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
      } as RequestInit),
    );
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
}

test('W-43 every change by hand is on record: by which key, what, and never about whom in clear', async () => {
  const call = freshRelay();
  await call('POST', '/api/identify', signedUp());
  await call('PUT', '/api/registry', { entries: [heapEntry()] }, { 'if-match': '"0"' });
  await call('POST', '/api/destinations/dry/pause');
  await call('POST', '/api/destinations/dry/resume');
  const replay = { destination: 'dry', since: '2026-11-20T00:00:00Z', status: 'never' };
  await call('POST', '/api/deliveries/replay', { ...replay, dry: true });
  await call('POST', '/api/deliveries/replay', replay);
  await call('DELETE', '/api/users/cust_2048/anonymous_ids/anon_91b2');
  await call('DELETE', '/api/users/cust_2048');

  const { body } = await call('GET', '/api/changes');
  const { changes } = body as ChangePage;
  const byAction = new Map(changes.map((change) => [change.action, change]));
  expect([...byAction.keys()].toSorted()).toEqual([
    'deliveries.replayed',
    'destination.paused',
    'destination.resumed',
    'person.erased',
    'person.unlinked',
    'registry.replaced',
  ]);
  expect(changes).toHaveLength(6);
  for (const { key, at } of changes)
    expect([key, at]).toEqual([shortOf(secret), new Date(now).toISOString()]);
  expect(byAction.get('registry.replaced')).toMatchObject({
    subject: 'version 1',
    detail: { entries: 1, approved: 1 },
  });
  expect(byAction.get('deliveries.replayed')).toMatchObject({
    subject: 'dry',
    detail: { status: 'never', count: 0, since: '2026-11-20T00:00:00.000Z' },
  });
  expect(byAction.get('person.erased')).toMatchObject({
    subject: shortOf('cust_2048'),
    detail: { traits: 2 },
  });
  expect(JSON.stringify(body)).not.toMatch(/cust_2048|anon_91b2|tlk_/);
});

test('W-43 what was refused is not a change', async () => {
  const call = freshRelay();
  expect((await call('PUT', '/api/registry', { entries: [] }, { 'if-match': '"3"' })).status).toBe(412);
  expect((await call('POST', '/api/destinations/meta/pause')).status).toBe(404);
  const asReader = { authorization: `Bearer ${reader}` };
  expect((await call('POST', '/api/destinations/dry/pause', undefined, asReader)).status).toBe(403);
  expect((await call('GET', '/api/changes', undefined, asReader)).body).toEqual({
    changes: [],
    next_cursor: null,
  });
});

test('W-43 an unknown action and a made-up cursor are named', async () => {
  const call = freshRelay();
  expect(await call('GET', '/api/changes?action=person.renamed')).toMatchObject({
    status: 400,
    body: { code: 'invalid_query', detail: expect.stringContaining('destination.paused') as string },
  });
  expect(await call('GET', '/api/changes?after=yesterday')).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('next_cursor') as string },
  });
});

import { expect, onTestFinished, test } from 'vitest';
import { createRelay, createSqliteStore, type RelayOptions } from '../../src/index.ts';

const secret = 'tlk_test_0123456789abcdef';

function freshRelay(options: Partial<RelayOptions> = {}, scopes = ['events:read', 'audiences:write']) {
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [{ environment: 'production', secret, scopes: scopes as never }],
    destinations: { meta: { dataset: '1', token: 't' }, google: google() },
    ...options,
  });
  onTestFinished(() => relay.close());
  return async (method: string, path: string, body?: object) => {
    const answer = await relay.fetch(
      new Request(`http://relay.test${path}`, {
        method,
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
}
const google = () => ({
  account: '1',
  conversionActions: {},
  serviceAccount: '{"client_email":"a@b.iam.gserviceaccount.com","private_key":"k"}',
});
const members = '/api/audiences/vip/members';
const user = (user_id: unknown) => ({ user_id });

test.each([
  ['no sync', {}, /sync_id/],
  ['page 0', { sync_id: 'a', page: 0 }, /page must be/],
  ['page 7 of 5', { sync_id: 'a', page: 7, total_pages: 5 }, /from 1 to total_pages \(5\)/],
  ['another mode', { sync_id: 'a', mode: 'patch' }, /delta or full/],
  [
    'who leaves a full list',
    { sync_id: 'a', mode: 'full', remove: [user('1')] },
    /a full list must have no remove/,
  ],
  ['an id of 10 KB', { sync_id: 'a', add: [user('a'.repeat(10_240))] }, /add\.0.*255 bytes/],
  ['nobody', { sync_id: 'a', add: [user('1'), user('undefined')] }, /add\.1.*does not name a person/],
  ['an address', { sync_id: 'a', add: [user('jane@example.com')] }, /add\.0.*e-mail/],
  ['no id', { sync_id: 'a', remove: [{}] }, /remove\.0 needs user_id or account_id/],
  [
    '10,001 members',
    { sync_id: 'a', add: Array.from({ length: 10_001 }, (_, id) => user(`cust_${id}`)) },
    /at most 10000 members/,
  ],
  [
    'a company that is not a text',
    { sync_id: 'a', add: [{ account_id: 'a', company: ['jane'] }] },
    /add\.0\.company must be a text/,
  ],
  ['no list', { sync_id: 'a', add: 'cust_1' }, /add must be a list/],
  ['ids without their name', { sync_id: 'a', add: ['cust_1'] }, /add\.0 needs user_id or account_id/],
  ['a user who is null', { sync_id: 'a', add: [{ user_id: null, account_id: 'acme' }] }, /got null/],
  ['a number that lost digits', { sync_id: 'a', add: [user(2 ** 60)] }, /must be text, got a number/],
  ['half a number', { sync_id: 'a', add: [user(7.5)] }, /must be text, got a number/],
  ['a line break', { sync_id: 'a', add: [user('cust\n1')] }, /control characters/],
  [
    'a misspelt list',
    { sync_id: 'a', mode: 'full', adds: [user('1')] },
    /a field is unknown; there are source/,
  ],
  ['a full list without members', { sync_id: 'a', mode: 'full' }, /must have add, \[\] to remove/],
  ['a delta of nothing', { sync_id: 'a' }, /add or remove is missing/],
  ['an odd sync_id', { sync_id: 'a/../b', add: [] }, /sync_id must be 1 to 128/],
  ['half a page', { sync_id: 'a', page: 1.5, total_pages: 2 }, /page must be a whole number/],
  ['a billion pages', { sync_id: 'a', total_pages: 1e9 }, /from 1 to 100000/],
  ['an odd source', { sync_id: 'a', source: 'my crm', add: [] }, /source must be/],
])('W-33 %s is refused with its place, and no id is shown', async (_, body, detail) => {
  const call = freshRelay();
  const answer = await call('POST', members, body);
  expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_members' } });
  expect(answer.body['detail']).toMatch(detail);
  expect(JSON.stringify(answer.body)).not.toMatch(/jane|aaaaaaaa/);
});

test('W-33 a person in add and remove of one page is out, and the source is told', async () => {
  const call = freshRelay();
  const answer = await call('POST', members, {
    sync_id: 'a',
    add: [user('1'), user('2')],
    remove: [user('2')],
  });
  expect(answer.body).toEqual({ added: 1, removed: 0, unchanged: 1, state: 'done', both: 1 });
});

test('W-33 ids keep what they are: zeros in front, spaces and emoji, and whole numbers are text', async () => {
  const call = freshRelay();
  const ids = ['007', '7', 'c 1', ' c1', 'c🙂1'];
  expect((await call('POST', members, { sync_id: 'a', add: ids.map(user) })).body).toMatchObject({
    added: 5,
  });
  expect((await call('POST', members, { sync_id: 'b', add: [user(7)] })).body).toMatchObject({
    unchanged: 1,
  });
});

test('W-33 a list is `replaced` when one that began later is whole already', async () => {
  let time = Date.parse('2026-11-27T10:00:00Z');
  const call = freshRelay({ now: () => (time += 1) });
  const old = { sync_id: 'old', mode: 'full', total_pages: 2 };
  await call('POST', members, { ...old, add: [user('1')] });
  await call('POST', members, { sync_id: 'new', mode: 'full', add: [user('2')] });
  expect((await call('POST', members, { ...old, page: 2, add: [user('3')] })).body).toMatchObject({
    replaced: true,
  });
  expect((await call('POST', members, { sync_id: 'old_delta', add: [user('4')] })).body).not.toHaveProperty(
    'replaced',
  );
});

test('W-33 audiences whose names differ by case are two, and each environment has its own', async () => {
  const call = freshRelay();
  await call('POST', '/api/audiences/VIP/members', { sync_id: 'a', add: [user('1')] });
  await call('POST', '/api/audiences/vip/members', { sync_id: 'a', add: [user('1'), user('2')] });
  expect((await call('GET', '/api/audiences')).body).toMatchObject({
    audiences: [
      { audience: 'VIP', size: 1 },
      { audience: 'vip', size: 2 },
    ],
  });
});

test('W-33 W-38 an audience goes only to the destinations that serve its environment', async () => {
  const scopes = ['events:read', 'audiences:write', 'people:write'] as const;
  const call = freshRelay({
    keys: [
      { environment: 'production', secret: `${secret}_2`, scopes },
      { environment: 'staging', secret, scopes },
    ],
    destinations: { meta: { dataset: '1', token: 't', environments: ['production'] } },
    audiences: { vip: { to: { meta: { audience: '900' } } } },
  });
  await call('POST', members, { sync_id: 'a', add: [user('1')] });
  expect((await call('GET', '/api/audiences/vip')).body).toMatchObject({ size: 1, to: [] });
  expect((await call('GET', '/api/audiences/vip/preview')).body).toMatchObject({ members: 1, to: [] });
  expect((await call('POST', '/api/audiences/vip/sync', {})).body).toMatchObject({ rows: {} });
  // No row waits for a platform that nobody asks.
  expect((await call('DELETE', '/api/users/1')).body).toMatchObject({ state: 'done', running: [] });
});

test('W-33 200,000 members in one page are refused before they are read', async () => {
  const call = freshRelay();
  const add = Array.from({ length: 200_000 }, (_, id) => user(`cust_${id}`));
  expect(await call('POST', members, { sync_id: 'a', add })).toMatchObject({
    status: 413,
    body: { code: 'body_too_large' },
  });
  expect((await call('GET', '/api/audiences/vip')).status).toBe(404);
});

test('W-33 an account that nobody belongs to is a member, and nobody is sent anywhere', async () => {
  const call = freshRelay({ audiences: { vip: { to: { meta: { audience: '900' } } } } });
  expect((await call('POST', members, { sync_id: 'a', add: [{ account_id: 'acme' }] })).body).toMatchObject({
    added: 1,
  });
  expect((await call('GET', '/api/audiences/vip')).body).toMatchObject({
    size: 1,
    accounts: 1,
    to: [{ there: 0, left_out: {} }],
  });
  expect((await call('GET', '/api/audiences/vip/preview')).body).toMatchObject({ members: 0 });
});

test('W-33 two totals in one sync are a conflict', async () => {
  const call = freshRelay();
  await call('POST', members, { sync_id: 'a', page: 1, total_pages: 2, add: [user('1')] });
  const answer = await call('POST', members, { sync_id: 'a', page: 2, total_pages: 3, add: [user('2')] });
  expect(answer).toMatchObject({ status: 409, body: { code: 'sync_conflict' } });
});

test.each(['..%2F..%2Fx', 'a'.repeat(300), 'vip%20list'])(
  'W-33 an audience named %s is refused',
  async (name) => {
    const call = freshRelay();
    const answer = await call('POST', `/api/audiences/${name}/members`, { sync_id: 'a' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_audience' } });
  },
);

test('W-8 members need audiences:write, and a relay without a secret takes no segments', async () => {
  const call = freshRelay({}, ['events:read']);
  expect((await call('POST', members, { sync_id: 'a' })).status).toBe(403);
  expect(await call('POST', '/api/heap/segments', {})).toMatchObject({ status: 404 });
});

test('W-33 an audience that nobody told of is 404; one that a rule names is empty', async () => {
  const call = freshRelay({ audiences: { vip: { to: { meta: { audience: '900' } } } } });
  expect((await call('GET', '/api/audiences/other')).status).toBe(404);
  expect((await call('GET', '/api/audiences')).body).toEqual({
    audiences: [
      {
        audience: 'vip',
        size: 0,
        to: [
          {
            destination: 'meta',
            title: 'Meta custom audiences',
            there: 0,
            pending: 0,
            waits: {},
            left_out: {},
            smallest: 100,
          },
        ],
      },
    ],
  });
});

test('W-46 a preview counts who would be where and why the others not, and sends nothing', async () => {
  const call = freshRelay(
    { audiences: { vip: { to: { meta: { audience: '900' } }, when: { path: 'plan', equals: 'pro' } } } },
    ['events:read', 'events:write', 'audiences:write'],
  );
  const consent = { ad_user_data: 'granted', ad_personalization: 'granted' };
  await call('POST', '/api/identify', { user_id: 'c1', traits: { plan: 'pro' }, consent });
  await call('POST', '/api/identify', { user_id: 'c2', traits: { plan: 'free' }, consent });
  await call('POST', '/api/identify', { user_id: 'c3', traits: { plan: 'pro' } });
  await call('POST', members, { sync_id: 'a', add: ['c1', 'c2', 'c3'].map(user) });
  expect((await call('GET', '/api/audiences/vip/preview')).body).toMatchObject({
    members: 3,
    is_cut: false,
    to: [{ destination: 'meta', would: 1, left_out: { unmet: 1, consent_unknown: 1 } }],
  });
});

test('W-46 sync counts first, then makes every member due, and is on record', async () => {
  const call = freshRelay({ audiences: { vip: { to: { meta: { audience: '900' } } } } });
  await call('POST', members, { sync_id: 'a', add: [user('1'), user('2')] });
  expect((await call('POST', '/api/audiences/vip/sync', { full: true, dry: true })).body).toMatchObject({
    dry: true,
    rows: { meta: 2 },
  });
  expect((await call('POST', '/api/audiences/vip/sync', { full: true })).body).toMatchObject({
    rows: { meta: 2 },
  });
  expect((await call('GET', '/api/changes')).body).toMatchObject({
    changes: [{ action: 'audience.synced', subject: 'vip', detail: { full: 'yes', meta: 2 } }],
  });
});

test.each([
  [
    'an unknown destination',
    { vip: { to: { metta: { audience: '1' } } } },
    /audiences\.vip\.to\.metta.*meta, google/,
  ],
  ['a list without its id', { vip: { to: { meta: {} } } }, /`audience` is missing/],
  ['an unknown field', { vip: { to: { meta: { audience: '1', list: '2' } } } }, /`list` is unknown/],
  [
    'terms that are not accepted',
    { vip: { to: { google: { audience: '1', termsAccepted: false } } } },
    /termsAccepted/,
  ],
  ['no `to`', { vip: {} }, /needs `to`/],
  ['a name with a slash', { '../x': { to: {} } }, /a name is 1 to 64/],
  ['a name of 300 characters', { ['a'.repeat(300)]: { to: {} } }, /a name is 1 to 64/],
  [
    'a comparison that is mistyped',
    { vip: { to: {}, when: { path: 'plan', equal: 'pro' } } },
    /audiences\.vip\.when must be \{ path, equals/,
  ],
  ['text for `when`', { vip: { to: {}, when: 'pro' } }, /audiences\.vip\.when must be/],
  [
    'the list of another',
    { vip: { to: { meta: { audience: '1' } } }, VIP: { to: { meta: { audience: '1' } } } },
    /audiences\.vip and audiences\.VIP have the same list at meta/,
  ],
  [
    'a list that another makes',
    {
      a: { to: { meta: { create: true, account: '7', name: 'Best' } } },
      b: { to: { meta: { create: true, account: '7', name: 'Best' } } },
    },
    /audiences\.a and audiences\.b have the same list/,
  ],
])('a rule with %s stops the relay with its path', (_, audiences, detail) => {
  expect(() => freshRelay({ audiences: audiences as never })).toThrow(detail);
});

test('W-33 a page that is repeated or refused says nothing of its accounts any more', async () => {
  const store = createSqliteStore({ path: ':memory:' });
  const call = freshRelay({ store });
  const named = (sync_id: string, company: string, more: object = {}) =>
    call('POST', members, { sync_id, add: [{ account_id: 'acme', company }], ...more });
  await named('a', 'Acme');
  await named('b', 'Acme Corp');
  expect((await named('a', 'Acme')).body).toMatchObject({ repeated: true });
  expect((await named('b', 'Acme Ltd', { total_pages: 2, page: 2 })).status).toBe(409);
  expect(await store.accounts('production', ['acme'])).toEqual([{ company: 'Acme Corp' }]);
});

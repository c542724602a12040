import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@tracklayer/destinations/sandbox';
import { test, vi, type TestContext } from 'vitest';
import { decide } from '../../src/mirror/decide.ts';
import type { LeasedMirror } from '../../src/store/mirrors.ts';
import { createRelay, createSqliteStore, type RelayOptions } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

// Rows wait a second for what else comes of their person, and retries have jitter, in real time.
vi.setConfig({ testTimeout: 60_000 });

const secret = 'tlk_test_0123456789abcdef';
const granted = { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' };
const hashOf = (digit: number): string => `${digit}`.repeat(64);

/** A relay that sends to a sandbox, its own or one that is given. */
async function relayWith(
  onTestFinished: TestContext['onTestFinished'],
  options: (sandbox: Sandbox) => Partial<RelayOptions>,
  given?: Sandbox,
) {
  const sandbox = given ?? (await startSandbox());
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [
      {
        environment: 'production',
        secret,
        scopes: ['events:write', 'events:read', 'people:write', 'audiences:write', 'destinations:write'],
      },
    ],
    ...options(sandbox),
  });
  onTestFinished(async () => {
    await relay.close();
    if (!given) await sandbox.close();
  });
  const call = async (method: string, path: string, body?: object) => {
    const answer = await relay.fetch(
      new Request(`http://relay.test${path}`, {
        method,
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const identify = (n: number, more: object = {}) =>
    call('POST', '/api/identify', {
      user_id: `cust_${n}`,
      traits: { email_sha256: hashOf(n) },
      consent: granted,
      ...more,
    });
  /** The body that is answered, to be asked for until it is as expected. */
  const read = (path: string) => async () => (await call('GET', path)).body;
  return { sandbox, relay, call, read, identify };
}

const stalled = (sandbox: Sandbox): Partial<RelayOptions> => ({
  destinations: { meta: { ...sandbox.settings.meta }, linkedin: { ...sandbox.settings.linkedin } },
  audiences: {
    checkout_stalled: { from: 'heap', to: { meta: { audience: '900' }, linkedin: { segment: 'seg1' } } },
  },
});
const stalledPath = '/api/audiences/checkout_stalled';
const members = `${stalledPath}/members`;
const users = (...ids: number[]) => ids.map((n) => ({ user_id: `cust_${n}` }));
const idsAt = (sandbox: Sandbox): string[] => [...sandbox.members('meta', '900').keys()].toSorted();

test.concurrent('who is in an audience is on each list, and who leaves is taken out', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, read, identify } = await relayWith(onTestFinished, stalled);
  for (const n of [1, 2, 3]) await identify(n);
  await call('POST', members, { sync_id: 'a', add: users(1, 2, 3) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1', 'cust_2', 'cust_3']);
  await expect.poll(() => sandbox.members('linkedin', 'seg1').size, { timeout: 20_000 }).toBe(3);
  await call('POST', members, { sync_id: 'b', remove: users(2) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1', 'cust_3']);
  // The platform has it a moment before the relay has noted it.
  await expect.poll(read(stalledPath), { timeout: 20_000 }).toMatchObject({
    size: 2,
    from: 'heap',
    to: [
      { destination: 'meta', there: 2 },
      { there: 2, smallest: 300 },
    ],
  });
});

test.concurrent('without consent nobody is sent; given later they go in, withdrawn they are taken out', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, read, identify } = await relayWith(onTestFinished, stalled);
  await identify(1, { consent: { ...granted, ad_personalization: 'denied' } });
  await call('POST', members, { sync_id: 'a', add: users(1, 9) });
  const leftOut = async () => ((await read(stalledPath)())['to'] as { left_out: object }[])[0]?.left_out;
  await expect.poll(leftOut, { timeout: 20_000 }).toEqual({ consent_denied: 1, consent_unknown: 1 });
  expect(idsAt(sandbox)).toEqual([]);
  await identify(1);
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1']);
  await identify(1, { consent: { ...granted, ad_user_data: 'denied' } });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual([]);
});

test.concurrent('W-42 a destination that is paused gets nobody, and everybody when it is resumed', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, stalled);
  await call('POST', '/api/destinations/meta/pause');
  await identify(1);
  await call('POST', members, { sync_id: 'a', add: users(1) });
  await expect.poll(() => sandbox.members('linkedin', 'seg1').size, { timeout: 20_000 }).toBe(1);
  expect(idsAt(sandbox)).toEqual([]);
  await call('POST', '/api/destinations/meta/resume');
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1']);
});

test.concurrent('a new address takes the old one out and puts the new one in', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, stalled);
  await identify(1);
  await call('POST', members, { sync_id: 'a', add: users(1) });
  const emails = () => [...sandbox.members('linkedin', 'seg1').keys()].map((key) => /\d{64}/.exec(key)?.[0]);
  await expect.poll(emails, { timeout: 20_000 }).toEqual([hashOf(1)]);
  await identify(1, { traits: { email_sha256: hashOf(7) } });
  await expect.poll(emails, { timeout: 20_000 }).toEqual([hashOf(7)]);
});

test.concurrent('each list ends exact although the platform throttles, fails and loses answers', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, stalled);
  for (const n of [1, 2, 3, 4]) await identify(n);
  sandbox.fail('meta', 'answer_lost', 'throttled', 'server_error');
  await call('POST', members, { sync_id: 'a', add: users(1, 2, 3, 4) });
  await call('POST', members, { sync_id: 'b', remove: users(1, 4) });
  await expect.poll(() => idsAt(sandbox), { timeout: 50_000 }).toEqual(['cust_2', 'cust_3']);
});

test.concurrent('W-38 W-49 an erased person is taken out of every platform audience, and it can be followed', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, read, identify } = await relayWith(onTestFinished, stalled);
  for (const n of [1, 2]) await identify(n);
  await call('POST', members, { sync_id: 'a', add: users(1, 2) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1', 'cust_2']);
  const { body } = await call('DELETE', '/api/users/cust_1');
  expect(body).toMatchObject({
    erased: { audiences: 1, lists: 2 },
    running: [{ destination: 'linkedin' }, { destination: 'meta' }],
  });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_2']);
  await expect.poll(read('/api/users/cust_1/erasure'), { timeout: 20_000 }).toMatchObject({
    state: 'done',
    done: [
      { destination: 'linkedin', list: 'checkout_stalled' },
      { destination: 'meta', list: 'checkout_stalled' },
    ],
    running: [],
  });
});

test.concurrent('W-38 W-49 an erased person is deleted in Heap, by both ids, whatever fails on the way', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, read, identify } = await relayWith(onTestFinished, (at) => ({
    destinations: { heap: { ...at.settings.heap, events: [] } },
    traits: {},
  }));
  await identify(1, { context: { heap: { user_id: '12' } } });
  await expect
    .poll(() => [...sandbox.members('heap', 'users').keys()], { timeout: 20_000 })
    .toEqual(['cust_1']);
  sandbox.fail('heap', 'answer_lost', 'server_error');
  const { body } = await call('DELETE', '/api/users/cust_1');
  expect(body).toMatchObject({ state: 'running', kept: [] });
  expect(body['running']).toContainEqual({ destination: 'heap', list: 'user.deletion' });
  await expect.poll(read('/api/users/cust_1/erasure'), { timeout: 40_000 }).toMatchObject({
    state: 'done',
    done: [
      { destination: 'heap', list: 'traits' },
      { destination: 'heap', list: 'user.deletion' },
    ],
    running: [],
  });
  expect([...sandbox.members('heap', 'deleted').keys()]).toEqual(['cust_1', '12']);
  // Emptied properties would have made the user anew.
  expect(sandbox.members('heap', 'users').size).toBe(0);
});

test('W-38 a key that deletes in the whole Heap account is for one environment', ({ expect }) => {
  const keys = ['production', 'staging'].map((environment, n) => ({ environment, secret: secret + n }));
  const environments = keys.map(({ environment }) => environment);
  const heap = { appId: '11', apiKey: 'key_1', environments };
  expect(() =>
    createRelay({ store: createSqliteStore({ path: ':memory:' }), keys, destinations: { heap } }),
  ).toThrow('destinations.heap: a user is deleted in the whole account');
});

test.concurrent('W-38 who is on a list that no rule names any more is taken out of it when erased', async ({
  expect,
  onTestFinished,
}) => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const path = join(temporaryFolder(onTestFinished), 'relay.db');
  const destinations = { meta: { ...sandbox.settings.meta } };
  const audiences = { checkout_stalled: { to: { meta: { audience: '900' } } } };
  const first = await relayWith(
    onTestFinished,
    () => ({ store: createSqliteStore({ path }), destinations, audiences }),
    sandbox,
  );
  await first.identify(1);
  await first.call('POST', members, { sync_id: 'a', add: users(1) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1']);
  await first.relay.close();
  const second = await relayWith(
    onTestFinished,
    () => ({ store: createSqliteStore({ path }), destinations }),
    sandbox,
  );
  await second.call('DELETE', '/api/users/cust_1');
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual([]);
});

test.concurrent('a list that is missing is made once, and its size is asked for once a day', async ({
  expect,
  onTestFinished,
}) => {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const sandbox = await startSandbox({ now });
  onTestFinished(() => sandbox.close());
  const path = join(temporaryFolder(onTestFinished), 'relay.db');
  const vip = (to: NonNullable<RelayOptions['audiences']>[string]['to']) => () => ({
    store: createSqliteStore({ path }),
    now,
    destinations: {
      meta: { ...sandbox.settings.meta },
      hubspot: { ...sandbox.settings.hubspot },
      linkedin: { ...sandbox.settings.linkedin },
      google: { ...sandbox.settings.google },
    },
    audiences: { vip: { to } },
  });
  const to = {
    meta: { create: true, account: 'act_7', name: 'Our best' },
    hubspot: { create: true },
    linkedin: { create: true, account: '8', sourcePlatform: 'TRACKLAYER' },
    google: { create: true, name: 'Our "best"', termsAccepted: true },
  };
  const madeAt = (type: 'meta' | 'hubspot' | 'linkedin' | 'google') => [
    ...sandbox.members(type, 'lists').values(),
  ];
  // Made, and nobody heard of it: it is found by its name, and not made twice.
  sandbox.fail('meta', { status: 200, body: { data: [] } }, 'answer_lost');
  const first = await relayWith(onTestFinished, vip(to), sandbox);
  await first.identify(1);
  await first.call('POST', '/api/audiences/vip/members', { sync_id: 'a', add: users(1) });
  await expect.poll(() => madeAt('meta'), { timeout: 20_000 }).toEqual(['Our best']);
  const [list] = [...sandbox.members('meta', 'lists').keys()];
  await first.relay.close();
  ahead += 120_000;
  const second = await relayWith(onTestFinished, vip(to), sandbox);
  await expect.poll(() => sandbox.members('meta', list ?? '').size, { timeout: 40_000 }).toBe(1);
  await expect.poll(() => madeAt('linkedin'), { timeout: 20_000 }).toEqual(['vip']);
  await expect.poll(() => madeAt('google'), { timeout: 20_000 }).toEqual(['Our "best"']);
  const [customers] = [...sandbox.members('google', 'lists').keys()];
  await expect.poll(() => sandbox.members('google', customers ?? '').size, { timeout: 40_000 }).toBe(1);
  expect([madeAt('meta'), madeAt('hubspot')]).toEqual([['Our best'], ['vip']]);
  await second.relay.close();
  ahead += 86_400_000;
  const third = await relayWith(onTestFinished, vip(to), sandbox);
  const listsOf = async () =>
    ((await third.call('GET', '/api/audiences/vip')).body['to'] as { list?: object }[]).map(
      (one) => one.list,
    );
  await expect.poll(listsOf, { timeout: 40_000 }).toMatchObject([
    { made: list, size: 1, state: 'Normal' },
    { size: 0, state: 'COMPLETE' },
    { size: 1, match_rate: 100, state: 'READY' },
    { made: customers, size: 1, match_rate: 80, state: 'OPEN' },
  ]);
});

const serviceAccount = JSON.stringify({ client_email: 'a@example.test', private_key: 'k' });
const googleAccount = { account: '1', conversionActions: {}, serviceAccount };

test('W-33 a rule that names a list and makes one, or does neither, stops the relay when it starts', ({
  expect,
}) => {
  const withRule = (to: object) => () =>
    createRelay({
      store: createSqliteStore({ path: ':memory:' }),
      keys: [{ environment: 'production', secret }],
      destinations: {
        meta: { dataset: '1', token: 't' },
        linkedin: { rules: {}, token: 't' },
        google: { ...googleAccount },
        analytics: { ...googleAccount, type: 'google', accountType: 'GOOGLE_ANALYTICS_PROPERTY' },
        trial: { ...googleAccount, type: 'google', validateOnly: true },
      },
      audiences: { vip: { to: to as Record<string, Record<string, unknown>> } },
    });
  expect(withRule({ meta: {} })).toThrow('audiences.vip.to.meta: `audience` is missing');
  expect(withRule({ meta: { audience: '1', create: true, account: '7' } })).toThrow('exclude each other');
  expect(withRule({ meta: { create: true } })).toThrow('`account` is missing');
  expect(withRule({ linkedin: { create: true, account: '7' } })).toThrow('`sourcePlatform` is missing');
  const termsAccepted = true;
  expect(withRule({ google: { termsAccepted } })).toThrow('`audience` is missing');
  expect(withRule({ google: { create: true } })).toThrow('`termsAccepted` is missing');
  expect(withRule({ google: { create: true, audience: '1', termsAccepted } })).toThrow('exclude each other');
  expect(withRule({ analytics: { audience: '1', termsAccepted } })).toThrow('belong to a Google Ads account');
  expect(withRule({ trial: { create: true, termsAccepted } })).toThrow('`create` makes no list');
});

test.concurrent('a HubSpot contact is looked up by our id, and waits until HubSpot knows it', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, (at) => ({
    destinations: { hubspot: { ...at.settings.hubspot, holdMs: 0 } },
    audiences: { vip: { to: { hubspot: { list: '7' } } } },
  }));
  await identify(1);
  await call('POST', '/api/audiences/vip/members', { sync_id: 'a', add: users(1) });
  const audience = async () => (await call('GET', '/api/audiences/vip')).body;
  await expect
    .poll(audience, { timeout: 20_000 })
    .toMatchObject({ to: [{ pending: 1, waits: { not_there: 1 } }] });
  await call('POST', '/api/capture', {
    event: 'purchase',
    event_id: 'ord_1_purchase',
    user_id: 'cust_1',
    consent: granted,
    properties: { order_id: 'ord_1', value: 10, currency: 'EUR' },
  });
  await expect.poll(() => sandbox.members('hubspot', '7').size, { timeout: 30_000 }).toBe(1);
});

test.concurrent('whoever was put in after a look-up that failed, and left before an answer came, is taken out', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, (at) => ({
    destinations: { hubspot: { ...at.settings.hubspot, events: [], holdMs: 0 } },
    audiences: { vip: { to: { hubspot: { list: '7' } } } },
  }));
  const contact = { id: 'cust_1', idProperty: 'tracklayer_user_id', properties: {} };
  await fetch(`${sandbox.url}/hubspot/crm/objects/2026-09/contacts/batch/upsert`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: [contact] }),
  });
  await identify(1);
  const found = { results: [{ id: '1001', properties: { tracklayer_user_id: 'cust_1' } }] };
  sandbox.fail('hubspot', 'server_error', { status: 200, body: found }, 'answer_lost');
  await call('POST', '/api/audiences/vip/members', { sync_id: 'a', add: users(1) });
  const there = () => [...sandbox.members('hubspot', '7').keys()];
  await expect.poll(there, { timeout: 30_000 }).toEqual(['1001']);
  await call('POST', '/api/audiences/vip/members', { sync_id: 'b', remove: users(1) });
  await expect.poll(there, { timeout: 30_000 }).toEqual([]);
});

test.concurrent("computed traits go to Heap as its users' properties, only what changed, and are read by W-34", async ({
  expect,
  onTestFinished,
}) => {
  const told: string[] = [];
  const { sandbox, call, identify } = await relayWith(onTestFinished, (at) => ({
    destinations: { heap: { ...at.settings.heap }, meta: { ...at.settings.meta } },
    audiences: { vip: { to: { meta: { audience: '900' } } } },
    traits: {
      is_vip: ({ audiences }) => audiences.includes('vip'),
      broken: () => {
        throw new Error('jane@example.com');
      },
    },
    onError: (error) => told.push(String(error)),
  }));
  await identify(1);
  const propertiesOf = () => sandbox.members('heap', 'users').get('cust_1');
  await expect.poll(propertiesOf, { timeout: 20_000 }).toEqual({
    tracklayer_match_quality: 4,
    tracklayer_paid_channel: 'none',
    tracklayer_destination_eligibility_meta: 'yes',
    tracklayer_is_vip: false,
  });
  await call('POST', '/api/audiences/vip/members', { sync_id: 'a', add: users(1) });
  await expect.poll(propertiesOf, { timeout: 20_000 }).toMatchObject({ tracklayer_is_vip: true });
  expect((await call('GET', '/api/users/cust_1/traits')).body).toMatchObject({
    computed: { match_quality: 4, is_vip: true, destination_eligibility: { meta: 'yes' } },
    audiences: ['vip'],
  });
  // Once for all looks, and without what it threw, which may quote a person.
  expect(told).toEqual([
    expect.stringContaining('[callback] trait broken: its function threw Error. Those people go without it'),
  ]);
});

test.concurrent('a trait that changed back before an answer came is what Heap holds in the end', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, (at) => ({
    destinations: { heap: { ...at.settings.heap } },
    audiences: { vip: { to: {} } },
    traits: { is_vip: ({ audiences }) => audiences.includes('vip') },
  }));
  await identify(1);
  const isVip = () =>
    (sandbox.members('heap', 'users').get('cust_1') as Record<string, unknown> | undefined)?.[
      'tracklayer_is_vip'
    ];
  await expect.poll(isVip, { timeout: 20_000 }).toBe(false);
  // Taken, and nobody hears of it: not even of the second try.
  sandbox.fail('heap', 'answer_lost', 'server_error');
  await call('POST', '/api/audiences/vip/members', { sync_id: 'a', add: users(1) });
  await expect.poll(isVip, { timeout: 20_000 }).toBe(true);
  await call('POST', '/api/audiences/vip/members', { sync_id: 'b', remove: users(1) });
  await expect.poll(isVip, { timeout: 20_000 }).toBe(false);
});

test.concurrent('W-46 an audience that goes to another list, or to none any more, leaves the list where it was', async ({
  expect,
  onTestFinished,
}) => {
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const path = join(temporaryFolder(onTestFinished), 'relay.db');
  const to = (audience: string | undefined) => (at: Sandbox) => ({
    store: createSqliteStore({ path }),
    destinations: { meta: { ...at.settings.meta } },
    audiences: {
      other: { to: { meta: { audience: '1' } } },
      ...(audience !== undefined && { checkout_stalled: { to: { meta: { audience } } } }),
    },
  });
  const at = (list: string) => [...sandbox.members('meta', list).keys()];

  const first = await relayWith(onTestFinished, to('900'), sandbox);
  await first.identify(1);
  await first.call('POST', members, { sync_id: 'a', add: users(1) });
  await expect.poll(() => at('900'), { timeout: 20_000 }).toEqual(['cust_1']);
  await first.relay.close();

  const second = await relayWith(onTestFinished, to('901'), sandbox);
  await second.call('POST', '/api/audiences/checkout_stalled/sync', {});
  await expect.poll(() => at('901'), { timeout: 20_000 }).toEqual(['cust_1']);
  expect(at('900')).toEqual([]);
  await second.relay.close();

  const third = await relayWith(onTestFinished, to(undefined), sandbox);
  await third.identify(1);
  await expect.poll(() => at('901'), { timeout: 20_000 }).toEqual([]);
  expect((await third.call('GET', '/api/destinations')).body).toMatchObject({
    destinations: [{ destination: 'meta', state: 'ok' }],
  });
});

test.concurrent('consent that is withdrawn while Google still processes takes the person out again', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, (at) => ({
    destinations: { google: { ...at.settings.google } },
    audiences: { vip: { to: { google: { audience: '77', termsAccepted: true } } } },
  }));
  await identify(1);
  await call('POST', '/api/audiences/vip/members', { sync_id: 'a', add: users(1) });
  await expect.poll(() => sandbox.members('google', '77').size, { timeout: 20_000 }).toBe(1);
  await identify(1, { consent: { ...granted, ad_user_data: 'denied' } });
  await expect.poll(() => sandbox.members('google', '77').size, { timeout: 20_000 }).toBe(0);
});

test.concurrent('a visitor who withdraws consent before they log in is taken out, too', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, stalled);
  await identify(1, { anonymous_id: 'anon_1' });
  await call('POST', members, { sync_id: 'a', add: users(1) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1']);
  await call('POST', '/api/capture', {
    event: 'login',
    event_id: 'l_1',
    anonymous_id: 'anon_1',
    occurred_at: new Date().toISOString(),
    consent: { ...granted, ad_user_data: 'denied' },
  });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual([]);
});

test.concurrent('an account stands for its users: they go in with it, follow it later, and leave with it', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, stalled);
  await identify(1, { account_id: 'acme' });
  await identify(2);
  await call('POST', members, { sync_id: 'a', add: [{ account_id: 'acme' }, ...users(2)] });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1', 'cust_2']);
  // One who comes later, and one who is there already.
  await identify(3, { account_id: 'acme' });
  await identify(2, { account_id: 'acme' });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1', 'cust_2', 'cust_3']);
  await call('POST', members, { sync_id: 'b', remove: [{ account_id: 'acme' }] });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_2']);
});

test.concurrent('W-33 a list of companies holds the accounts of its audience, by what was said of them', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, (at) => ({
    destinations: { meta: { ...at.settings.meta }, linkedin: { ...at.settings.linkedin } },
    audiences: {
      targets: {
        to: {
          meta: { audience: '900' },
          linkedin: { create: true, companies: true, account: '8', sourcePlatform: 'TRACKLAYER' },
        },
      },
    },
  }));
  const post = (sync_id: string, page: object) =>
    call('POST', '/api/audiences/targets/members', { sync_id, ...page });
  // By an account's user, by the page itself, and by nobody.
  await identify(1, { account_id: 'acme', traits: { email_sha256: hashOf(1), company: 'Acme' } });
  await post('a', {
    add: [
      { account_id: 'acme' },
      { account_id: 'globex', company_domain: 'https://www.Globex.example/about' },
      { account_id: 'nameless' },
      { user_id: 'cust_2' },
    ],
  });
  const made = () => [...sandbox.members('linkedin', 'lists').keys()];
  await expect.poll(made, { timeout: 20_000 }).toHaveLength(1);
  const companies = () => [...sandbox.members('linkedin', made()[0] ?? '').values()];
  await expect
    .poll(companies, { timeout: 40_000 })
    .toEqual([{ companyName: 'Acme' }, { companyWebsiteDomain: 'globex.example' }]);
  const state = async () => (await call('GET', '/api/audiences/targets')).body['to'];
  await expect.poll(state, { timeout: 20_000 }).toMatchObject([
    // An account stands for its users on a list of people.
    { there: 1, pending: 0, left_out: { consent_unknown: 1 } },
    { there: 2, pending: 0, left_out: { no_match_keys: 1, not_a_company: 2 } },
  ]);
  // Two companies may well be enough people.
  expect((await state()) as object[]).toMatchObject([
    { smallest: 100 },
    expect.not.objectContaining({ smallest: 300 }),
  ]);
  const preview = (await call('GET', '/api/audiences/targets/preview')).body;
  expect(preview).toMatchObject({
    members: 2,
    accounts: 3,
    to: [
      { destination: 'meta', would: 1, left_out: { consent_unknown: 1 } },
      { destination: 'linkedin', would: 2, left_out: { no_match_keys: 1, not_a_company: 2 } },
    ],
  });
  // Renamed, and gone.
  await identify(1, { account_id: 'acme', traits: { company: 'Acme Corp' } });
  await post('b', { remove: [{ account_id: 'globex' }] });
  await expect.poll(companies, { timeout: 30_000 }).toEqual([{ companyName: 'Acme Corp' }]);
});

test.concurrent('an answer that is lost leaves nobody on a list: whoever left meanwhile is taken out', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, identify } = await relayWith(onTestFinished, stalled);
  await identify(1);
  sandbox.fail('meta', 'answer_lost');
  await call('POST', members, { sync_id: 'a', add: users(1) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1']);
  // Before the request is repeated.
  await call('POST', members, { sync_id: 'b', remove: users(1) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual([]);
});

test.concurrent('an answer that is lost leaves nobody off a list: whoever came back meanwhile is put in', async ({
  expect,
  onTestFinished,
}) => {
  const { sandbox, call, read, identify } = await relayWith(onTestFinished, stalled);
  await identify(1);
  await call('POST', members, { sync_id: 'a', add: users(1) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1']);
  await expect.poll(read(stalledPath), { timeout: 20_000 }).toMatchObject({ to: [{ there: 1 }, {}] });
  sandbox.fail('meta', 'answer_lost');
  await call('POST', members, { sync_id: 'b', remove: users(1) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual([]);
  await call('POST', members, { sync_id: 'c', add: users(1) });
  await expect.poll(() => idsAt(sandbox), { timeout: 20_000 }).toEqual(['cust_1']);
});

test('what went in without an answer is put in again, and taken out when it should not be there', ({
  expect,
}) => {
  const row = { isAnew: false, note: null } as unknown as LeasedMirror;
  const wish = { target: { audience: '1' }, mapped: { payload: { id: 'a' } } };
  const first = decide(row, wish, { onChange: 'replace', difference: undefined });
  if (first.do !== 'add') throw new Error('it is new');
  const unsure = { ...row, note: { sent: { ...first.sent, isUnsure: true } } } as unknown as LeasedMirror;
  const replacing = { onChange: 'replace', difference: undefined } as const;
  expect(decide(unsure, wish, replacing).do).toBe('add');
  expect(decide(unsure, undefined, replacing).do).toBe('remove');
  const other = { target: { audience: '1' }, mapped: { payload: { id: 'b' } } };
  expect(decide(unsure, other, replacing).do).toBe('remove');
  const whole = decide(unsure, other, { onChange: 'overwrite', difference: () => ({}) });
  expect(whole).toMatchObject({ do: 'add', entry: { id: 'b' } });
});

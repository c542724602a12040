import { expect, onTestFinished, test } from 'vitest';
import { createRelay, type Relay } from '../../src/index.ts';
import { paidOrder, signedUp } from '../events.ts';
import { freshStore } from '../fresh-store.ts';

const secret = 'tlk_test_0123456789abcdef';
const reader = 'tlk_readonly_0123456789';
const now = Date.parse('2026-11-23T10:15:31.000Z');

function freshRelay(): Relay {
  const scopes = ['events:write', 'events:read', 'people:write'] as const;
  const relay = createRelay({
    store: freshStore(),
    keys: [
      { environment: 'production', secret, scopes },
      { environment: 'production', secret: reader },
    ],
    now: () => now,
  });
  onTestFinished(() => relay.close());
  return relay;
}

async function send(relay: Relay, method: string, path: string, body?: object, key = secret) {
  const answer = await relay.fetch(
    new Request(`http://relay.test${path}`, {
      method,
      body: body && JSON.stringify(body),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    } as RequestInit),
  );
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

test('W-34 the traits of a person are read, and 404 of nobody', async () => {
  const relay = freshRelay();
  await send(relay, 'POST', '/api/identify', signedUp());
  expect(await send(relay, 'GET', '/api/users/cust_2048/traits')).toEqual({
    status: 200,
    body: {
      user_id: 'cust_2048',
      anonymous_ids: ['anon_91b2'],
      received: { country: 'DE', plan: 'pro' },
      computed: { match_quality: 1, paid_channel: 'none', destination_eligibility: {} },
      audiences: [],
      is_over_linked: false,
    },
  });
  expect(await send(relay, 'GET', '/api/users/cust_7/traits')).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  });
});

test('W-34 an id with a slash and an umlaut is one path segment', async () => {
  const relay = freshRelay();
  await send(relay, 'POST', '/api/identify', signedUp({ user_id: 'jörg/7' }));
  const answer = await send(relay, 'GET', `/api/users/${encodeURIComponent('jörg/7')}/traits`);
  expect(answer).toMatchObject({ status: 200, body: { user_id: 'jörg/7' } });
});

test('W-19 a link is undone by the two ids that it joins, and by no other pair', async () => {
  const relay = freshRelay();
  await send(relay, 'POST', '/api/identify', signedUp());
  const path = '/api/users/cust_2048/anonymous_ids/anon_91b2';
  expect(await send(relay, 'DELETE', '/api/users/cust_7/anonymous_ids/anon_91b2')).toMatchObject({
    status: 404,
  });
  expect(await send(relay, 'DELETE', path)).toEqual({
    status: 200,
    body: { user_id: 'cust_2048', anonymous_id: 'anon_91b2', unlinked_at: '2026-11-23T10:15:31.000Z' },
  });
  expect(await send(relay, 'DELETE', path)).toMatchObject({ status: 404 });
});

test('W-38 a person is erased, and a repeat of an event stays a duplicate that brings nothing back', async () => {
  const relay = freshRelay();
  const order = paidOrder({ context: { ip: '203.0.113.7', click_ids: { gclid: 'g_1' } } });
  await send(relay, 'POST', '/api/identify', signedUp());
  await send(relay, 'POST', '/api/capture', order);
  await send(relay, 'POST', '/api/capture', paidOrder({ event_id: 'visit_1', user_id: undefined }));
  expect(await send(relay, 'DELETE', '/api/users/cust_2048')).toEqual({
    status: 200,
    body: {
      running: [],
      kept: [],
      state: 'done',
      erased_at: '2026-11-23T10:15:31.000Z',
      erased: {
        anonymous_ids: 1,
        links: 1,
        traits: 2,
        identifies: 1,
        events: 2,
        deliveries: 0,
        audiences: 0,
        lists: 0,
      },
    },
  });
  expect(await send(relay, 'GET', '/api/users/cust_2048/traits')).toMatchObject({ status: 404 });
  expect((await send(relay, 'POST', '/api/capture', order)).body).toEqual({
    event_id: 'ord_10492_purchase',
    status: 'duplicate',
  });
  const { body } = await send(relay, 'GET', '/api/events/ord_10492_purchase');
  expect(body).toMatchObject({
    event: { event: 'purchase', properties: { value: 129.95 } },
    copies: 2,
    identity: { user_id: null, anonymous_ids: [] },
  });
  expect(JSON.stringify(body)).not.toMatch(/cust_2048|anon_91b2|203\.0\.113|g_1/);
  expect((await send(relay, 'GET', '/api/events?user_id=cust_2048')).body['events']).toEqual([]);
});

test('W-38 W-49 an erasure drops what waits for a platform, and says what no platform lets us do', async () => {
  const scopes = ['events:write', 'events:read', 'people:write'] as const;
  const relay = createRelay({
    store: freshStore(),
    keys: [{ environment: 'production', secret, scopes }],
    destinations: {
      meta: { dataset: '1', token: 't', endpoint: 'http://127.0.0.1:1' },
      heap: { appId: '11', endpoint: 'http://127.0.0.1:1' },
    },
    now: () => now,
  });
  onTestFinished(() => relay.close());
  expect((await send(relay, 'GET', '/api/users/cust_2048/erasure')).body).toMatchObject({
    state: 'done',
    erased_at: null,
    erased: null,
  });
  await send(relay, 'POST', '/api/capture', paidOrder());
  const { body } = await send(relay, 'DELETE', '/api/users/cust_2048');
  expect(body).toMatchObject({ state: 'done', erased: { events: 1, deliveries: 2 }, running: [] });
  const kept = [
    { destination: 'meta', what: expect.stringContaining('no call that deletes') },
    { destination: 'heap', what: expect.stringContaining('set `apiKey`') },
  ];
  expect(body['kept']).toEqual(kept);
  expect((await send(relay, 'GET', '/api/users/cust_2048/erasure')).body).toEqual({
    state: 'done',
    erased_at: '2026-11-23T10:15:31.000Z',
    erased: body['erased'],
    done: [],
    running: [],
    kept,
  });
  const { body: event } = await send(relay, 'GET', '/api/events/ord_10492_purchase');
  expect(event['deliveries']).toMatchObject([
    { status: 'skipped', reason: 'erased' },
    { status: 'skipped', reason: 'erased' },
  ]);
});

test('W-49 an erasure has one time, in the response and afterwards', async () => {
  let time = now;
  const keys = [{ environment: 'production', secret, scopes: ['events:read', 'people:write'] as const }];
  const relay = createRelay({ store: freshStore(), keys, now: () => (time += 1_000) });
  onTestFinished(() => relay.close());
  const { body } = await send(relay, 'DELETE', '/api/users/cust_2048');
  const { body: followed } = await send(relay, 'GET', '/api/users/cust_2048/erasure');
  expect(followed['erased_at']).toBe(body['erased_at']);
});

test('W-8 unlinking and erasing ask for a scope of their own', async () => {
  const relay = freshRelay();
  for (const path of ['/api/users/cust_2048', '/api/users/cust_2048/anonymous_ids/anon_91b2']) {
    const answer = await send(relay, 'DELETE', path, undefined, reader);
    expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining('people:write') } });
  }
});

test('W-54 a link is undone, and a person erased, by ids in the body', async () => {
  const relay = freshRelay();
  await send(relay, 'POST', '/api/identify', signedUp());
  const both = { user_id: 'cust_2048', anonymous_id: 'anon_91b2' };
  const refused = await send(relay, 'POST', '/api/people/unlink', both, reader);
  expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('people:write') } });
  expect((await send(relay, 'POST', '/api/people/unlink', { user_id: 'cust_2048' })).status).toBe(422);
  const undone = await send(relay, 'POST', '/api/people/unlink', both);
  expect(undone).toEqual({ status: 200, body: { ...both, unlinked_at: '2026-11-23T10:15:31.000Z' } });
  expect((await send(relay, 'POST', '/api/people/unlink', both)).status).toBe(404);
  expect((await send(relay, 'POST', '/api/people/erase', {}, secret)).status).toBe(422);
  const erased = await send(relay, 'POST', '/api/people/erase', { user_id: 'cust_2048' });
  expect(erased).toMatchObject({ status: 200, body: { erased: { identifies: 1, traits: 2 } } });
  expect((await send(relay, 'POST', '/api/people/find', { user_id: 'cust_2048' })).status).toBe(404);
});

test('W-54 a person is found by an id in the body: ids, traits, audiences, what platforms hold, newest events', async () => {
  const relay = freshRelay();
  await send(relay, 'POST', '/api/identify', signedUp());
  await send(relay, 'POST', '/api/capture', paidOrder());
  const found = await send(relay, 'POST', '/api/people/find', { user_id: 'cust_2048' }, reader);
  expect(found).toMatchObject({
    status: 200,
    body: {
      user_id: 'cust_2048',
      links: [{ anonymous_id: 'anon_91b2', closed_at: null }],
      received: { country: 'DE', plan: 'pro' },
      computed: { match_quality: 1 },
      audiences: [],
      lists: [],
      events: [{ event: 'purchase', event_id: 'ord_10492_purchase', status: 'accepted' }],
    },
  });
  const nobody = await send(relay, 'POST', '/api/people/find', { user_id: 'cust_7' });
  expect([nobody.status, JSON.stringify(nobody.body)]).toEqual([404, expect.not.stringContaining('cust_7')]);
  expect((await send(relay, 'POST', '/api/people/find', { user_id: 7 })).status).toBe(422);
});

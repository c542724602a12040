import { defineEvents } from '@tracklayer/core';
import { createNodeClient } from '@tracklayer/node';
import { expect, onTestFinished, test } from 'vitest';
import { serveRelay, type RelayServer, type Store } from '../src/index.ts';
import { heapEntry } from './registry/entries.ts';
import { freshStore } from './fresh-store.ts';

const secret = 'tlk_test_0123456789abcdef';
const events = defineEvents({
  redeem_points: {
    required: ['redemption_id', 'points'],
    key: 'redemption_id',
    properties: { redemption_id: 'id', points: 'number' },
  },
  purchase: { required: ['store_id'], properties: { store_id: 'text' } },
});
type Given = typeof events | undefined;

async function served(given: Given, store: Store = freshStore()) {
  const scopes = ['events:write', 'events:read', 'registry:write'] as const;
  const keys = [{ environment: 'production', secret, scopes }];
  const relay = await serveRelay({ store, keys, events: given, port: 0 });
  onTestFinished(() => relay.close());
  return relay;
}

async function call({ url }: RelayServer, path: string, method = 'GET', body?: object) {
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'if-match': '"0"' },
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const redemption = {
  event: 'redeem_points',
  user_id: 'cust_2048',
  properties: { redemption_id: 'r_1', points: 10 },
} as const;
const onTheWire = { ...redemption, event_id: 'r_1_redeem_points' };
const entry = heapEntry({
  source_event: 'Points',
  canonical_event: 'redeem_points',
  required_properties: ['redemption_id'],
});

test('W-11 an own event that a client captures arrives at a relay that has the same table, once', async () => {
  const relay = await served(events);
  const clients = [0, 1].map(() => createNodeClient({ endpoint: relay.url, key: secret, events }));
  const outcomes = [];
  for (const client of clients) {
    const receipt = client.capture(redemption);
    expect(receipt.event_id).toBe('r_1_redeem_points');
    await client.close();
    outcomes.push((await receipt.settled()).status);
  }
  expect(outcomes).toEqual(['delivered', 'duplicate']);
  const { body } = await call(relay, '/api/events/r_1_redeem_points');
  expect(body).toMatchObject({ event: redemption, copies: 2, conflicts: 0 });
});

test('W-4 a copy of an own event with another key is a conflict, one with other properties is not', async () => {
  const relay = await served(events);
  const send = async (more: object) => {
    const properties = { ...redemption.properties, ...more };
    return (await call(relay, '/api/capture', 'POST', { ...onTheWire, properties })).body;
  };
  expect(await send({})).toEqual({ event_id: 'r_1_redeem_points', status: 'accepted' });
  expect(await send({ points: 20 })).toEqual({ event_id: 'r_1_redeem_points', status: 'duplicate' });
  expect(await send({ redemption_id: 'r_2' })).toMatchObject({ status: 'duplicate', conflict: true });
  expect((await call(relay, '/api/events/r_1_redeem_points')).body).toMatchObject({
    event: redemption,
    conflict_fields: ['properties.redemption_id'],
  });
});

test.each([
  ['a property of its own', onTheWire, { points: '10' }, ['properties.points']],
  [
    'what a built-in event is asked on top',
    { event: 'purchase', event_id: 'ord_1_purchase', user_id: 'cust_2048' },
    { order_id: 'ord_1', value: 1, currency: 'EUR' },
    ['properties.store_id'],
  ],
])('W-11 %s is checked by the relay', async (_, event, more, paths) => {
  const properties = 'properties' in event ? { ...event.properties, ...more } : more;
  const { status, body } = await call(await served(events), '/api/capture', 'POST', { ...event, properties });
  expect([status, body['errors']]).toMatchObject([422, paths.map((path) => ({ path }))]);
});

test('W-11 W-32 a relay without the table refuses its events and entries, and says why', async () => {
  const relay = await served(undefined);
  const captured = await call(relay, '/api/capture', 'POST', onTheWire);
  expect(captured).toMatchObject({
    status: 422,
    body: {
      code: 'invalid_event',
      errors: [{ path: 'event', message: expect.stringContaining('not in the vocabulary') }],
    },
  });
  const put = await call(relay, '/api/registry', 'PUT', { entries: [entry] });
  expect(put).toMatchObject({ status: 422, body: { errors: [{ path: 'entries.0.canonical_event' }] } });
});

test('W-32 W-38 registry, drift and schemas know own events', async () => {
  const relay = await served(events);
  expect(await call(relay, '/api/registry', 'PUT', { entries: [entry] })).toMatchObject({ status: 200 });
  expect((await call(relay, '/api/registry')).body).toEqual({ version: 1, entries: [entry] });
  expect(await call(relay, '/api/drift?event=redeem_points')).toMatchObject({ status: 200 });
  const schemas = (await call(relay, '/api/schema')).body;
  expect(schemas).toMatchObject({ events: { redeem_points: { title: 'redeem_points' } } });
  expect(JSON.stringify(schemas['registry'])).toContain('redeem_points');
  expect(JSON.stringify((await call(relay, '/api/openapi.json')).body)).toContain('event.redeem_points');
});

test('W-38 drift says so when the registry in force names events that the relay was not given', async () => {
  const store = freshStore();
  await store.putRegistry('production', { replaces: 0, entries: [entry], at: 0 });
  expect(await call(await served(undefined, store), '/api/drift')).toMatchObject({
    status: 500,
    body: { code: 'invalid_registry', detail: expect.stringContaining('start the relay with the events') },
  });
});

import { defineRegistry } from '@tracklayer/core';
import { expect, test } from 'vitest';
import type { TraceFacts } from '../../src/trace/facts.ts';
import type { Hop, HopName } from '../../src/trace/trace.ts';
import { traceEvent } from '../../src/trace/trace-event.ts';
import { paidOrder } from '../events.ts';
import { heapEntry } from '../registry/entries.ts';

const came = '2026-11-23T10:15:31.000Z';
const record = (event: Parameters<typeof paidOrder>[0] = {}, more: object = {}): TraceFacts['record'] => ({
  event: paidOrder({ consent: { ad_user_data: 'granted' }, ...event }),
  status: 'accepted',
  received_at: came,
  copies: 1,
  conflicts: 0,
  identity: { user_id: 'cust_2048', anonymous_ids: ['anon_91b2'] },
  deliveries: [],
  ...more,
});

const facts = (given: Partial<TraceFacts> = {}): TraceFacts => ({
  event_id: 'ord_10492_purchase',
  event: 'purchase',
  record: record(),
  key_properties: ['order_id'],
  registry: defineRegistry([heapEntry()] as never),
  registry_version: { version: 3, at: '2026-11-01T00:00:00.000Z' },
  labels: [],
  since: '2026-11-17',
  links: [],
  deliveries: [{ destination: 'meta', status: 'accepted', attempts: 1, at: came }],
  now: Date.parse('2026-11-23T11:00:00Z'),
  ...given,
});

const hopOf = (given: Partial<TraceFacts>, name: HopName): Hop => {
  const hop = traceEvent(facts(given)).hops.find((one) => one.hop === name);
  if (!hop) throw new Error(`there is no hop ${name}`);
  return hop;
};

test('W-39 an event that went all the way has each hop, in order, all ok', () => {
  const { hops } = traceEvent(facts());
  expect(hops.map(({ hop, verdict }) => [hop, verdict])).toEqual([
    ['heap', 'ok'],
    ['registry', 'ok'],
    ['copies', 'ok'],
    ['person', 'ok'],
    ['consent', 'ok'],
    ['destination', 'ok'],
  ]);
  expect(hops.every(({ advice }) => advice === undefined)).toBe(true);
});

test('W-39 of an event that never came every hop is there, with what would make it appear', () => {
  const { hops } = traceEvent(facts({ record: undefined, deliveries: [] }));
  expect(hops).toHaveLength(6);
  expect(hops.find(({ hop }) => hop === 'copies')).toMatchObject({
    verdict: 'missing',
    detail: 'no event ord_10492_purchase reached the relay',
    advice: expect.stringContaining('with the same order_id'),
  });
  expect(hops.filter(({ verdict }) => verdict === 'missing').map(({ hop }) => hop)).toEqual([
    'heap',
    'copies',
    'person',
    'consent',
    'destination',
  ]);
});

const label = (source_event: string, count: number, last_seen = '2026-11-22') => ({
  source: 'heap',
  source_event,
  count,
  last_seen,
});
const fromServer = record({ source: 'server' });

test.each([
  ['a label that clients reported', [label('Order Completed', 12)], 'ok', '"Order Completed" 12 times since'],
  ['a label that went silent', [label('Order Completed', 0, '2026-11-02')], 'missing', 'before 2026-11-17'],
  [
    'a label that was renamed a little',
    [label('order completed', 4)],
    'failed',
    'the registry names "Order Completed"',
  ],
  ['no label', [], 'missing', 'no client reported the label "Order Completed"'],
])('W-39 the hop of Heap tells of %s', (_, labels, verdict, words) => {
  const hop = hopOf({ record: fromServer, labels }, 'heap');
  expect([hop.verdict, hop.detail]).toEqual([verdict, expect.stringContaining(words)]);
  expect(hop.advice === undefined).toBe(verdict === 'ok');
});

test.each([
  ['a draft', [heapEntry({ status: 'draft' })], 'failed', 'is a draft in version 3'],
  [
    'an entry that is over',
    [heapEntry({ status: 'deprecated', deprecated_until: '2026-11-22' })],
    'failed',
    'expired on 2026-11-22',
  ],
  ['no entry', [], 'missing', 'version 3 has no entry for purchase'],
])('W-39 the hop of the registry tells of %s', (_, entries, verdict, words) => {
  const hop = hopOf({ registry: defineRegistry(entries as never) }, 'registry');
  expect([hop.verdict, hop.detail]).toEqual([verdict, expect.stringContaining(words)]);
});

test('W-39 without a registry the hop says how to put one', () => {
  const nothing = { registry: defineRegistry([]), registry_version: { version: 0, at: null } };
  expect(hopOf(nothing, 'registry').advice).toContain('tracklayer registry push');
});

test.each([
  ['properties.value', 'take value and currency from the same place'],
  ['properties.order_id', 'the id is too coarse: make order_id differ'],
  ['user_id', 'the id is too coarse'],
])('W-4 copies that differ in %s are told with what to change', (path, words) => {
  const differing = record({}, { copies: 2, conflicts: 1, conflict_fields: [path] });
  const hop = hopOf({ record: differing }, 'copies');
  expect([hop.verdict, hop.advice]).toEqual(['failed', expect.stringContaining(words)]);
});

test('W-39 copies are listed by source, with what each says instead', () => {
  const later_copies = [
    { source: 'server', received_at: came, conflicts: {} },
    { source: null, received_at: came, conflicts: { 'properties.value': 1 } },
  ];
  const more = { copies: 3, conflicts: 1, conflict_fields: ['properties.value'], later_copies };
  const hop = hopOf({ record: record({}, more) }, 'copies');
  expect(hop.detail).toBe('3 copies from heap, server, no source; one differs in properties.value');
  expect(hop.value).toMatchObject({ later_copies });
});

test('W-39 a rejected event is shown with its reasons', () => {
  const errors = [{ path: 'properties.currency', message: 'is missing', code: 'missing' as const }];
  const hop = hopOf({ record: record({}, { status: 'rejected', errors }) }, 'copies');
  expect([hop.verdict, hop.detail]).toEqual(['failed', 'rejected: properties.currency is missing']);
});

test.each([
  [{ identity: { user_id: null, anonymous_ids: ['anon_91b2'] } }, 'waiting', 'a visitor without a user id'],
  [{ identity: { user_id: 'cust_1', anonymous_ids: [] } }, 'ok', 'user cust_1'],
])('W-39 the hop of the person with %j is %s', (more, verdict, words) => {
  const hop = hopOf({ record: record({}, more) }, 'person');
  expect([hop.verdict, hop.detail]).toEqual([verdict, expect.stringContaining(words)]);
});

test('W-19 the link of the person is the one at the time of the event', () => {
  const link = (user_id: string, linked_at: string, closed_at: string | null) => ({
    user_id,
    linked_at,
    closed_at,
    source: null,
  });
  const links = [
    link('cust_1', '2026-11-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z'),
    link('cust_2048', '2026-11-20T00:00:00.000Z', null),
  ];
  expect(hopOf({ links }, 'person').at).toBe('2026-11-20T00:00:00.000Z');
});

test.each([
  [
    { ad_user_data: 'denied', analytics: 'granted' } as const,
    'failed',
    'ad_user_data denied, analytics granted',
  ],
  [undefined, 'missing', 'the event carries no consent'],
  [{ analytics: 'granted', gpc: true } as const, 'ok', 'Global Privacy Control is on'],
])('W-10 consent %j is %s', (consent, verdict, words) => {
  const hop = hopOf({ record: record({ consent }) }, 'consent');
  expect([hop.verdict, hop.detail]).toEqual([verdict, expect.stringContaining(words)]);
});

test.each([
  [{ status: 'pending', attempts: 0 } as const, 'waiting', 'waits to be sent to meta'],
  [
    { status: 'pending', attempts: 2, reason: 'throttled' } as const,
    'waiting',
    '2 requests to meta so far: throttled',
  ],
  [{ status: 'accepted', attempts: 1, destination_ref: 't_1' } as const, 'ok', 'meta accepted it as t_1'],
  [
    { status: 'failed', attempts: 1, reason: 'no token' } as const,
    'failed',
    'meta did not accept it: no token',
  ],
  [
    { status: 'skipped', attempts: 0, reason: 'no_consent' } as const,
    'failed',
    'not sent to meta: no_consent',
  ],
])('W-30 a delivery %j is %s', (delivery, verdict, words) => {
  const hop = hopOf({ deliveries: [{ destination: 'meta', at: came, ...delivery }] }, 'destination');
  expect([hop.verdict, hop.detail]).toEqual([verdict, words]);
});

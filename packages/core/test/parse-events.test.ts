import { eventId, parseEvents } from '@tracklayer/core';
import { parseEvent } from '@tracklayer/core/schema';
import { expect, test } from 'vitest';

const rows = {
  redeem_points: {
    required: ['redemption_id', 'points'],
    key: 'redemption_id',
    properties: { redemption_id: 'id', points: 'number' },
  },
  purchase: { required: ['store_id'], properties: { store_id: 'text' } },
  visit_store: {},
};

test.each([
  ['data', rows],
  ['text', JSON.stringify(rows)],
])('own events are read from %s', (_, json) => {
  const events = parseEvents(json);
  expect(eventId('redeem_points', { redemption_id: 'r_1' }, { events })).toBe('r_1_redeem_points');
  const body = { event: 'redeem_points', event_id: 'r_1', user_id: 'cust_2048', properties: {} };
  expect(parseEvent(body, { events })).toMatchObject({
    errors: [{ path: 'properties.redemption_id' }, { path: 'properties.points' }],
  });
  expect(events.check('visit_store', undefined).problems).toBeUndefined();
});

test.each([
  ['text that is no JSON', 'redeem_points:', 'the text is no JSON'],
  ['a list', [rows], 'there is no table of events'],
  ['nothing', null, 'there is no table of events'],
  ['a row that is none', { own: 'text' }, '"own" is no { required, key, priority, properties }'],
  ['an unknown field', { own: { require: ['a'] } }, '"own" has the unknown field "require"'],
  ['required as text', { own: { required: 'points' } }, '"own" has required that is no list'],
  ['a key that is a list', { own: { key: ['a', 'b'] } }, '"own" has a key that is no text'],
  ['an empty key', { own: { key: '' } }, '"own" has a key that is no text'],
  ['a key with an empty part', { own: { key: 'order_id..plan' } }, '"own" has a key with an empty part'],
  ['properties as a list', { own: { properties: ['points'] } }, '"own" has properties that are no map'],
  [
    'a type that is an object',
    { own: { properties: { points: {} } } },
    '"own" has properties that are no map',
  ],
  ['a type that is none', { own: { properties: { points: 'integer' } } }, 'own: points is of no type'],
  ['a priority as text', { own: { priority: '3' } }, 'own: priority is none of 0, 1, 2 and 3'],
  ['a name that is none', { 'Redeem points': {} }, '"Redeem points" is no name'],
  ['another key for a built-in event', { purchase: { key: 'checkout_id' } }, 'purchase has the key order_id'],
])('%s is refused, with event and field named', (_, json, text) => {
  expect(() => parseEvents(json)).toThrow(`[invalid_options] ${text}`);
});

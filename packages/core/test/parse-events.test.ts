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
  ['text that is no JSON', 'redeem_points:', 'events is not JSON'],
  ['a list', [rows], 'events must map names to events, got'],
  ['nothing', null, 'events must map names to events, got'],
  ['a row that is none', { own: 'text' }, 'own must be { required, key, priority, properties }, got text'],
  ['an unknown field', { own: { require: ['a'] } }, 'own.require is not a field of an event'],
  ['required as text', { own: { required: 'points' } }, 'own.required must be a list of names, got text'],
  [
    'a key that is a list',
    { own: { key: ['a', 'b'] } },
    'own.key must be text such as "redemption_id", got a list',
  ],
  ['an empty key', { own: { key: '' } }, 'own.key must be text'],
  ['a key with an empty part', { own: { key: 'order_id..plan' } }, 'own.key must not have an empty part'],
  ['properties as a list', { own: { properties: ['points'] } }, 'own.properties must map names to types'],
  [
    'a type that is an object',
    { own: { properties: { points: {} } } },
    'own.properties must map names to types',
  ],
  [
    'a type that is none',
    { own: { properties: { points: 'integer' } } },
    'own.properties.points must be one of id, text',
  ],
  ['a priority as text', { own: { priority: '3' } }, 'own.priority must be 0, 1, 2 or 3, got text'],
  ['a name that is none', { 'Redeem points': {} }, 'Redeem points is not an event name'],
  ['another key for a built-in event', { purchase: { key: 'checkout_id' } }, 'purchase.key must be order_id'],
])('%s is refused, with event and field named', (_, json, text) => {
  expect(() => parseEvents(json)).toThrow(`[invalid_options] ${text}`);
});

import { canonicalEvents, defineEvents, parseRegistry } from '@tracklayer/core';
import { eventJsonSchema, jsonSchemas, parseEvent, parseIdentify } from '@tracklayer/core/schema';
import { expect, test } from 'vitest';
import * as z from 'zod';

// zod reads the JSON Schemas here, as another program would.
const takes = (schema: unknown, body: unknown): boolean =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(body).success;

const order = { order_id: 'ord_10492', value: 129.95, currency: 'EUR' };
const purchase = {
  event: 'purchase',
  event_id: 'ord_10492_purchase',
  user_id: 'cust_2048',
  properties: order,
};
const withProperties = (more: object): object => ({ ...purchase, properties: { ...order, ...more } });
const schemas = jsonSchemas();

test('W-38 every event has a JSON Schema, and asks for what it requires', () => {
  expect(Object.keys(schemas.events)).toEqual(Object.keys(canonicalEvents));
  for (const [event, row] of Object.entries(canonicalEvents)) {
    const body = { event, event_id: 'x', user_id: 'cust_1' };
    expect(takes(schemas.events[event], body)).toBe(!('required' in row));
    expect('event' in parseEvent(body)).toBe(!('required' in row));
  }
});

test.each<[string, object]>([
  ["the guide's purchase", purchase],
  ['unknown properties', withProperties({ more: { a: [1] } })],
  ['a known property as null', withProperties({ coupon: null })],
  ['a number as an order', withProperties({ order_id: 10_492 })],
  ['items', withProperties({ items: [{ item_id: 'sku_1', price: 1, quantity: 2, color: 'red' }] })],
  ['a hash', withProperties({ email_sha256: 'a'.repeat(64) })],
  ['no currency', withProperties({ currency: undefined })],
  ['a currency as null', withProperties({ currency: null })],
  ['a value of text', withProperties({ value: '1' })],
  ['a currency of small letters', withProperties({ currency: 'eur' })],
  ['an empty order', withProperties({ order_id: ' ' })],
  ['an order beyond safe numbers', withProperties({ order_id: 2 ** 53 })],
  ['items without a name', withProperties({ items: [{ price: 1 }] })],
  ['an item that is none', withProperties({ items: ['sku_1'] })],
  ['a coupon of a list', withProperties({ coupon: ['a'] })],
  ['an address as a hash', withProperties({ email_sha256: 'jane@example.com' })],
  ['an unknown event', { ...purchase, event: 'sale' }],
  ['nobody', { ...purchase, user_id: undefined }],
  ['an id with a space', { ...purchase, event_id: 'a b' }],
  ['a consent that is none', { ...purchase, consent: { analytics: 'yes' } }],
  ['no properties', { ...purchase, properties: undefined }],
])('the JSON Schema of capture judges %s as parseEvent does', (_, body) => {
  const json: unknown = JSON.parse(JSON.stringify(body));
  expect(takes(schemas.capture, json)).toBe('event' in parseEvent(json));
  expect(takes(schemas.capture, { batch: [json], sent_at: '2026-11-23T10:15:30.123Z' })).toBe(
    'event' in parseEvent(json),
  );
});

test.each<[string, object]>([
  [
    'both ids',
    { user_id: 'cust_2048', anonymous_id: 'anon_91b2', traits: { plan: 'pro', email_sha256: null } },
  ],
  ['nobody', { traits: {} }],
  ['traits of text', { user_id: 'cust_2048', traits: 'pro' }],
  ['an address as a hash', { user_id: 'cust_2048', traits: { email_sha256: 'jane@example.com' } }],
])('the JSON Schema of identify judges %s as parseIdentify does', (_, body) => {
  expect(takes(schemas.identify, body)).toBe('identify' in parseIdentify(body));
});

const entry = {
  source: 'heap',
  source_event: 'Order Completed',
  canonical_event: 'purchase',
  status: 'approved',
};
const isRead = (json: unknown): boolean => {
  try {
    return !!parseRegistry(json);
  } catch {
    return false;
  }
};

test.each<[string, object]>([
  ['an entry', entry],
  ['text and a condition', { ...entry, required_properties: 'order_id', when: { path: 'a', gte: 1 } }],
  [
    'several conditions',
    {
      ...entry,
      when: [
        { path: 'a', equals: true },
        { path: 'b', in: [1, 'x'] },
      ],
    },
  ],
  [
    'a map',
    {
      ...entry,
      properties: { order_id: 'id', value: { path: 'c', cast: 'cents' }, currency: { value: 'EUR' } },
    },
  ],
  [
    'a rule for the page',
    {
      ...entry,
      match: { on: 'click', selector: '.buy' },
      properties: {
        order_id: { attribute: 'data-order' },
        value: { json_ld: 'price' },
        currency: { field: 'c' },
      },
    },
  ],
  ['no status', { ...entry, status: undefined }],
  ['an unknown event', { ...entry, canonical_event: 'sale' }],
  ['a condition without a comparison', { ...entry, when: { path: 'a' } }],
  ['a cast that is none', { ...entry, properties: { order_id: { path: 'a', cast: 'euro' } } }],
  ['a moment that is none', { ...entry, match: { on: 'hover' } }],
  ['a selector that is not a text', { ...entry, match: { on: 'click', selector: 5 } }],
  ['a key with an empty part, P-2', { ...entry, canonical_event: 'download', event_key: 'visit..id' }],
  ['a key of no part, P-2', { ...entry, canonical_event: 'download', event_key: '|' }],
  ['a key of two parts', { ...entry, canonical_event: 'download', event_key: 'visit.content_id' }],
])('W-32 the JSON Schema of the registry judges %s as parseRegistry does', (_, one) => {
  const json = JSON.parse(JSON.stringify({ version: '7', entries: [one] })) as object;
  expect(takes(schemas.registry, json)).toBe(isRead(json));
});

test('own events have theirs; a Standard Schema shows it where its library can', () => {
  const events = defineEvents({
    redeem_points: { required: ['points'], properties: { points: 'number', is_gift: 'boolean' } },
    finish_quiz: { properties: z.object({ score: z.number() }) },
  });
  const body = { event: 'redeem_points', event_id: 'x', user_id: 'cust_1', properties: { points: 1 } };
  const schema = eventJsonSchema('redeem_points', { events });
  expect(takes(schema, body)).toBe(true);
  expect(takes(schema, { ...body, properties: { points: '1' } })).toBe(false);
  expect(takes(schema, { ...body, properties: { points: 1, is_gift: 1 } })).toBe(false);
  expect(takes(jsonSchemas({ events }).capture, body)).toBe(true);
  expect(JSON.stringify(eventJsonSchema('finish_quiz', { events }))).toContain('"score":{"type":"number"}');
  expect(() => eventJsonSchema('redeem_points')).toThrow('not a canonical event');
});

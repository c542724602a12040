import { canonicalEvents } from '@tracklayer/core';
import { parseEvent, parseIdentify } from '@tracklayer/core/schema';
import { expect, test } from 'vitest';

const purchase = {
  event: 'purchase',
  event_id: 'ord_10492_purchase',
  user_id: 'cust_2048',
  anonymous_id: 'anon_91b2',
  properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' },
  source: 'heap',
};
const withProperties = (more: object): object => ({
  ...purchase,
  properties: { ...purchase.properties, ...more },
});
const deep = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));
const pathsOf = (body: unknown): string[] => {
  const parsed = parseEvent(body);
  return 'errors' in parsed ? parsed.errors.map(({ path }) => path) : [];
};

test("W-1 W-10 the guide's event is taken as it is, unknown fields too", () => {
  const body = { ...purchase, extra: { of: 'tomorrow' } };
  const parsed = parseEvent(body);
  expect('event' in parsed && parsed.event).toEqual(body);
});

test('the vocabulary has its 44 events, and each names what it lacks', () => {
  expect(Object.keys(canonicalEvents)).toHaveLength(44);
  for (const [event, row] of Object.entries(canonicalEvents)) {
    const required = 'required' in row ? row.required : [];
    expect(pathsOf({ event, event_id: 'x', user_id: 'cust_1' }).toSorted()).toEqual(
      required.map((name) => `properties.${name}`).toSorted(),
    );
  }
});

test.each([
  ['nothing', null, ['']],
  ['text', 'purchase', ['']],
  ['a list', [], ['']],
  ['no id', { ...purchase, event_id: undefined }, ['event_id']],
  ['no person', { ...purchase, user_id: undefined, anonymous_id: undefined }, ['user_id']],
  ['a person who is none', { ...purchase, user_id: 'undefined' }, ['user_id']],
  ['an unknown event', { ...purchase, event: 'order_completed' }, ['event']],
  ['an event name of markup', { ...purchase, event: '<b>' }, ['event']],
  ['an id with a line break', { ...purchase, event_id: 'a\r\nb' }, ['event_id']],
  ['an id of 129 characters', { ...purchase, event_id: 'a'.repeat(129) }, ['event_id']],
  ['an id that is a list', { ...purchase, event_id: ['a'] }, ['event_id']],
  ['no currency', withProperties({ currency: undefined }), ['properties.currency']],
  ['value as text', withProperties({ value: '129.95' }), ['properties.value']],
  ['an infinite value', withProperties({ value: Infinity }), ['properties.value']],
  ['a currency in words', withProperties({ currency: 'Euro' }), ['properties.currency']],
  ['an empty order', withProperties({ order_id: '  ' }), ['properties.order_id']],
  ['an order over 255 bytes (W-3)', withProperties({ order_id: 'é'.repeat(128) }), ['properties.order_id']],
  ['an order with a line break (W-3)', withProperties({ order_id: 'a\nb' }), ['properties.order_id']],
  ['an item without a name', withProperties({ items: [{ price: 1 }] }), ['properties.items.0']],
  [
    'required fields on a prototype',
    { ...purchase, properties: JSON.parse('{"__proto__":{"order_id":"o","value":1,"currency":"EUR"}}') },
    ['properties.order_id', 'properties.value', 'properties.currency', 'properties.__proto__'],
  ],
  ['20 levels', withProperties({ nested: deep(20) }), ['properties.nested.a.a.a.a.a.a.a']],
  [
    '2,001 keys',
    withProperties(Object.fromEntries(Array.from({ length: 2_001 }, (_, i) => [`k${i}`, i]))),
    ['properties'],
  ],
  ['33 KiB of properties', withProperties({ text: 'é'.repeat(17_000) }), ['properties.text']],
  ['a time that is none', { ...purchase, occurred_at: 'yesterday' }, ['occurred_at']],
  ['a consent that is none', { ...purchase, consent: { analytics: 'yes' } }, ['consent.analytics']],
  [
    'a clear address as a hash',
    withProperties({ email_sha256: 'jane@example.com' }),
    ['properties.email_sha256'],
  ],
])('W-11 %s is refused, field by field', (_, body, paths) => {
  expect(pathsOf(body)).toEqual(paths);
});

test('W-7 no answer holds a value', () => {
  const secret = 'jane@example.com';
  const body = {
    ...purchase,
    event: secret,
    event_id: secret,
    user_id: secret,
    occurred_at: secret,
    source: 7,
    consent: secret,
    properties: { [`${secret}_sha256`]: secret, value: secret },
  };
  expect(JSON.stringify(parseEvent(body))).not.toContain(secret);
  expect(JSON.stringify(parseIdentify({ user_id: secret, traits: { email_sha256: secret } }))).not.toContain(
    secret,
  );
});

test('W-16 an identify needs one of the two ids, and hashes that are hashes', () => {
  expect(parseIdentify({ user_id: 'cust_2048', traits: { plan: 'pro', email_sha256: null } })).toHaveProperty(
    'identify',
  );
  expect(parseIdentify({ traits: {} })).toMatchObject({ errors: [{ path: 'user_id' }] });
  expect(parseIdentify({ user_id: 'cust_2048', traits: 'x' })).toMatchObject({
    errors: [{ path: 'traits' }],
  });
});

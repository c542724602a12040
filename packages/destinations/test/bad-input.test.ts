import { expect, test } from 'vitest';
import {
  destinations,
  isPublicAddress,
  mapEvent,
  problemsOfSettings,
  type AcceptedEvent,
  type AnyDestination,
  type KnownPerson,
} from '../src/index.ts';
import { at } from './read-vector.ts';
import { hash, known, now, order, paidOrder, types, working, type Type } from './destinations-with.ts';

function map(type: Type, event: AcceptedEvent, person: KnownPerson = known, more: object = {}) {
  const destination: AnyDestination = destinations[type];
  return mapEvent(destination, event, person, { ...working[type], ...more }, { now });
}
const reasonOf = (...given: Parameters<typeof map>): string | undefined => {
  const mapped = map(...given);
  return 'refused' in mapped ? mapped.refused.reason : undefined;
};

test.each(types)('%s takes an order that is right', (type) => {
  expect(reasonOf(type, paidOrder())).toBeUndefined();
});

test.each(types)('%s takes no amount without a currency, below zero, as text, or in no currency', (type) => {
  expect(reasonOf(type, order({ currency: undefined }))).toBe('missing_required');
  expect(reasonOf(type, order({ value: -1 }))).toBe('invalid_value');
  expect(reasonOf(type, order({ value: '129,95' }))).toBe('invalid_value');
  expect(reasonOf(type, order({ value: Number.NaN }))).toBe('invalid_value');
  expect(reasonOf(type, order({ currency: 'EURO' }))).toBe('invalid_currency');
  expect(reasonOf(type, order({ currency: 'eur' }))).toBe('invalid_currency');
});

test.each(types)('%s is not given 10,000 items', (type) => {
  const items = Array.from({ length: 10_000 }, (_, n) => ({ item_id: `sku_${n}`, price: 1, quantity: 1 }));
  const isWithoutItems = ['linkedin', 'hubspot', 'salesforce'].includes(type);
  expect(reasonOf(type, order({ items }))).toBe(isWithoutItems ? undefined : 'too_large');
});

test('LinkedIn gets an id of 128 characters cut to 64, the same for the same id', () => {
  const event_id = `${'a'.repeat(119)}_purchase`;
  const cut = at(map('linkedin', paidOrder({ event_id })), 'payload.elements.0.eventId') as string;
  expect(cut).toHaveLength(64);
  expect(cut.startsWith('a'.repeat(47))).toBe(true);
  expect(at(map('linkedin', paidOrder({ event_id })), 'payload.elements.0.eventId')).toBe(cut);
  expect(at(map('meta', paidOrder({ event_id })), 'payload.event_id')).toBe(event_id);
});

test.each([
  'jane@example.com',
  hash.toUpperCase(),
  'd41d8cd98f00b204e9800998ecf8427e',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
])('W-18 a slot for hashes never holds %s', (wrong) => {
  const person = { traits: { email_sha256: wrong, phone_sha256: wrong } };
  for (const type of ['meta', 'google', 'linkedin', 'tiktok'] as const) {
    const mapped = map(type, paidOrder({ context: { click_ids: { gclid: 'g', li_fat_id: 'l' } } }), person);
    // An upper-case hash is one after all, and goes in lower case.
    const isHash = wrong === hash.toUpperCase();
    expect(JSON.stringify(mapped)).not.toContain(wrong);
    expect(JSON.stringify(mapped).includes(hash)).toBe(isHash);
  }
});

test.each([
  ['meta', 'em', { user_data: { em: ['jane@example.com', hash] } }],
  ['google', 'userIdentifiers', { userData: { userIdentifiers: [{ emailAddress: 'jane@example.com' }] } }],
  ['tiktok', 'user', { user: { email: 'jane@example.com' } }],
  [
    'linkedin',
    'user',
    { elements: [{ user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: 'jane@example.com' }] } }] },
  ],
] as const)(
  "W-18 %s: the customer's own map cannot put a clear address into a slot for hashes",
  (type, _, wrong) => {
    const mapped = map(type, paidOrder(), known, { map: (payload: object) => ({ ...payload, ...wrong }) });
    expect(mapped).toHaveProperty('payload');
    expect(JSON.stringify(mapped)).not.toContain('jane@');
  },
);

test('events of 1970 and of 2050 go nowhere that has an age limit, and no event of 2050 goes at all', () => {
  for (const type of ['meta', 'ga4', 'linkedin', 'tiktok'] as const)
    expect(reasonOf(type, paidOrder({ occurred_at: '1970-01-01T00:00:00.000Z' }))).toBe('event_too_old');
  for (const type of types)
    expect(reasonOf(type, paidOrder({ occurred_at: '2050-01-01T00:00:00.000Z' }))).toBe('event_in_future');
});

test('gbraid beside wbraid: Google gets one of them', () => {
  const event = paidOrder({ context: { click_ids: { gbraid: 'g', wbraid: 'w' } } });
  expect(at(map('google', event), 'payload.adIdentifiers')).toEqual({ gbraid: 'g' });
});

test('an identity that no platform could match is skipped, and says so', () => {
  const event = paidOrder({ user_id: undefined, anonymous_id: 'anon_1', context: {} });
  for (const type of types) {
    const isAnybodys = type === 'webhook' || type === 'dry-run';
    expect(reasonOf(type, event, {})).toBe(isAnybodys ? undefined : 'no_match_keys');
  }
});

test('what was denied or never asked is skipped; a later withdrawal holds for an earlier event', () => {
  const consent = { ad_user_data: 'denied', analytics: 'denied' } as const;
  for (const type of ['meta', 'google', 'ga4', 'linkedin', 'tiktok', 'heap'] as const) {
    expect(reasonOf(type, paidOrder({ consent }))).toBe('consent_denied');
    expect(reasonOf(type, paidOrder({ consent: undefined }))).toBe('consent_unknown');
    expect(reasonOf(type, paidOrder(), { ...known, consent })).toBe('consent_denied');
    expect(
      reasonOf(type, paidOrder({ consent: undefined }), known, { consent: { unknown: 'granted' } }),
    ).toBeUndefined();
    // The browser's opt-out signal stands against the default.
    expect(
      reasonOf(type, paidOrder({ consent: { gpc: true } }), known, { consent: { unknown: 'granted' } }),
    ).toBe('consent_denied');
  }
});

test('GPC beside a consent limits the use of data at Meta and TikTok, and personalization at Google', () => {
  const event = paidOrder({ consent: { ad_user_data: 'granted', analytics: 'granted', gpc: true } });
  expect(at(map('meta', event), 'payload.data_processing_options')).toEqual(['LDU']);
  expect(at(map('tiktok', event), 'payload.limited_data_use')).toBe(true);
  expect(at(map('google', event), 'payload.consent.adPersonalization')).toBe('CONSENT_DENIED');
  expect(at(map('ga4', event), 'payload.consent.ad_personalization')).toBe('DENIED');
});

test.each([
  [
    () => {
      throw new Error('jane@example.com');
    },
    'map_failed',
  ],
  [() => Promise.resolve({}), 'map_failed'],
  [() => Promise.reject(new Error('later')), 'map_failed'],
  [() => 'text', 'map_failed'],
  [() => null, 'left_out'],
])("a customer's map that is not a quick function to a payload fails its own event: %s", (own, reason) => {
  const mapped = map('meta', paidOrder(), known, { map: own });
  expect(mapped).toMatchObject({ refused: { reason } });
  expect(JSON.stringify(mapped)).not.toContain('jane@');
});

test("a customer's map that takes five seconds fails its own event", () => {
  let clock = 0;
  const slow = { ...working.meta, map: <P>(payload: P): P => ((clock += 5_000), payload) };
  const mapped = mapEvent(destinations.meta, paidOrder(), known, slow, { now, monotonic: () => clock });
  expect(mapped).toMatchObject({ refused: { reason: 'map_failed', detail: 'took over a second' } });
});

test('only the events of the settings leave, under the names that they give, while `when` holds', () => {
  expect(reasonOf('meta', paidOrder(), known, { events: ['sign_up'] })).toBe('not_mapped');
  expect(
    at(map('meta', paidOrder(), known, { events: { purchase: 'BigOrder' } }), 'payload.event_name'),
  ).toBe('BigOrder');
  expect(at(map('meta', paidOrder(), known, { events: { purchase: true } }), 'payload.event_name')).toBe(
    'Purchase',
  );
  expect(reasonOf('meta', paidOrder(), known, { when: { path: 'value', gte: 200 } })).toBe('unmet');
  expect(reasonOf('meta', paidOrder(), known, { when: { path: 'value', gte: 100 } })).toBeUndefined();
  expect(reasonOf('meta', { ...paidOrder(), event: '__proto__' })).toBe('not_mapped');
  expect(reasonOf('linkedin', { ...paidOrder(), event: 'constructor' })).toBe('not_mapped');
});

test.each([
  'http://hooks.example.com',
  'https://169.254.169.254/latest',
  'https://localhost/x',
  'https://127.0.0.1',
  'https://[::1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://10.1.2.3',
  'https://db.internal',
  'https://metadata',
  'https://0x7f000001/',
])('a webhook to %s is refused, unless it is allowed', (url) => {
  const settings = { ...working.webhook, url };
  expect(problemsOfSettings(destinations.webhook, settings)).toHaveLength(1);
  expect(problemsOfSettings(destinations.webhook, { ...settings, allowPrivate: true })).toEqual([]);
  const when = { path: 'plan', equal: 'pro' };
  expect(problemsOfSettings(destinations.meta, { dataset: '1', token: 't', when })).toEqual([
    expect.stringContaining('`when` must be { path, equals'),
  ]);
});

test('a public name that resolves to a private address is found out by its address', () => {
  expect(['93.184.216.34', '2606:2800:220:1::1'].map(isPublicAddress)).toEqual([true, true]);
  const inside = [
    '10.0.0.1',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '::',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    'no',
  ];
  expect(inside.filter(isPublicAddress)).toEqual([]);
});

test.each(types)('%s: settings are checked by name, and no value is shown', (type) => {
  const destination: AnyDestination = destinations[type];
  expect(problemsOfSettings(destination, working[type])).toEqual([]);
  const wrong = problemsOfSettings(destination, { ...working[type], datsaet: 'secret', endpoint: 'secret' });
  expect(wrong.join()).toMatch(/`datsaet` is not a setting.*`endpoint` does not look right/);
  expect(wrong.join()).not.toContain("'secret");
});

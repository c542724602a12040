import {
  canonicalEvents,
  defineEvents,
  defineRegistry,
  eventId,
  inWords,
  promote,
  sha256Hex,
  type OwnEvent,
  type StandardSchema,
} from '@tracklayer/core';
import { parseEvent } from '@tracklayer/core/schema';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { clientWith } from './client-with.ts';

const events = defineEvents({
  redeem_points: {
    required: ['redemption_id', 'points'],
    key: 'redemption_id',
    properties: {
      redemption_id: 'id',
      points: 'number',
      is_gift: 'boolean',
      friend_sha256: 'hash',
      cart: 'json',
    },
  },
  purchase: { required: ['store_id'], properties: { store_id: 'text' } },
  finish_quiz: { properties: z.object({ score: z.number(), email: z.optional(z.string()) }) },
});

const user_id = 'cust_2048';
const redemption = { redemption_id: 'r_1', points: 10 };
const order = { order_id: 'ord_1', value: 1, currency: 'EUR' };
function problemOf(event: string, properties?: object): string | undefined {
  const { problems, leftOut } = events.check(event, properties);
  return (problems ?? leftOut)?.map(inWords).join('; ');
}

test('P-2 an own event is captured under the id of its key, the same everywhere', async () => {
  const { client, transport } = clientWith(undefined, { events });
  const { event_id } = client.capture({
    event: 'redeem_points',
    user_id,
    properties: redemption,
  } as never);
  expect(event_id).toBe('r_1_redeem_points');
  expect(eventId('redeem_points', redemption, { events })).toBe(event_id);
  await client.flush();
  expect(JSON.parse(transport.requests[0]?.body ?? '')).toMatchObject({
    event: 'redeem_points',
    properties: redemption,
  });
});

test('without events, an own event is refused as before', () => {
  const { client, drops } = clientWith();
  client.capture({ event: 'redeem_points', user_id, properties: redemption } as never);
  expect(drops).toMatchObject([{ reason: 'invalid_event', event: 'redeem_points' }]);
});

test.each([
  ['a required property', 'redeem_points', { redemption_id: 'r_1' }, 'properties.points is missing'],
  [
    'a number',
    'redeem_points',
    { ...redemption, points: '10' },
    'properties.points must be a number, got text',
  ],
  ['a boolean', 'redeem_points', { ...redemption, is_gift: 1 }, 'properties.is_gift must be true or false'],
  [
    'a hash',
    'redeem_points',
    { ...redemption, friend_sha256: 'j@x.de' },
    'properties.friend_sha256 must be a SHA-256',
  ],
  [
    'an id',
    'redeem_points',
    { redemption_id: '', points: 1 },
    'properties.redemption_id must be text of 1 to 255 bytes',
  ],
  ['a known property', 'redeem_points', { ...redemption, currency: 'Euro' }, 'properties.currency must be'],
  ['JSON', 'redeem_points', { ...redemption, cart: new Map() }, 'properties.cart is not plain data'],
  ['what a built-in event asks', 'purchase', { store_id: 'berlin' }, 'properties.order_id is missing'],
  ['what is asked of it on top', 'purchase', order, 'properties.store_id is missing'],
  ['what a schema asks', 'finish_quiz', { score: 'x' }, 'properties.score is refused by the schema'],
  ['what a schema asks, of nothing', 'finish_quiz', undefined, 'properties.score is refused by the schema'],
])('%s is checked at capture, with the property named', (_, event, properties, problem) => {
  expect(problemOf(event, properties)).toContain(problem);
});

test('what is right is taken; unknown properties are kept (W-1)', () => {
  const friend_sha256 = sha256Hex('A'.repeat(64));
  expect(problemOf('redeem_points', { ...redemption, friend_sha256, cart: { a: [1] }, more: 1 })).toBe(
    undefined,
  );
  expect(problemOf('purchase', { ...order, store_id: 'berlin' })).toBeUndefined();
  expect(problemOf('finish_quiz', { score: 3, level: 2 })).toBeUndefined();
  expect(problemOf('login')).toBeUndefined();
});

test("W-7 a schema's own words, which may quote a value, are not passed on", () => {
  const schema = z.object({ email: z.string().check(z.refine(() => false, 'jane@example.com is taken')) });
  const { check } = defineEvents({ finish_quiz: { properties: schema } });
  const { problems } = check('finish_quiz', { email: 'jane@example.com' });
  expect(problems).toHaveLength(1);
  expect(JSON.stringify(problems)).not.toContain('jane');
});

const schemaThat = (validate: () => never): StandardSchema => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

test.each<[string, () => unknown, string]>([
  [
    'throws',
    () => {
      throw new Error('jane@example.com');
    },
    'properties cannot be checked: the schema of the event throws',
  ],
  [
    'waits',
    () => Promise.resolve({ value: {} }),
    'properties cannot be checked: the schema of the event is asynchronous',
  ],
  [
    'waits and fails',
    () => Promise.reject(new Error('no')),
    'properties cannot be checked: the schema of the event is asynchronous',
  ],
])('P-4 P-8 a schema that %s refuses the event and nothing else, and is named', (_, validate, problem) => {
  const own = defineEvents({ finish_quiz: { properties: schemaThat(validate as never) } });
  const { client, drops } = clientWith(undefined, { events: own });
  client.capture({ event: 'finish_quiz', user_id, properties: {} } as never);
  expect(drops).toMatchObject([{ reason: 'invalid_event', detail: `finish_quiz: ${problem}` }]);
  const body = { event: 'finish_quiz', event_id: 'x', user_id, properties: {} };
  expect(parseEvent(body, { events: own })).toEqual({
    errors: [{ path: 'properties', message: problem.replace('properties ', ''), code: 'invalid' }],
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ['a name with capitals', { 'Order Completed': {} }, 'Order Completed is not an event name'],
  ['a name of 65 letters', { ['a'.repeat(65)]: {} }, 'is not an event name'],
  ['__proto__', JSON.parse('{"__proto__":{}}') as Record<string, unknown>, 'is not an event name'],
  ['a type that is none', { own: { properties: { a: 'integer' } } }, 'own.properties.a must be one of'],
  ['a key without a type', { own: { key: 'thing_id' } }, 'own.properties.thing_id must have a type'],
  [
    'a required property without a type',
    { own: { required: ['thing'] } },
    'own.properties.thing must have a type',
  ],
  ['another meaning', { own: { properties: { value: 'text' } } }, 'own.properties.value must be amount'],
  ['another key for a built-in event', { purchase: { key: 'checkout_id' } }, 'purchase.key must be order_id'],
  ['a priority that is none', { own: { priority: 9 } }, 'own.priority must be'],
  ['a hash in clear', { own: { properties: { email_sha256: 'text' } } }, 'must end in _sha256'],
  ['a hash by another name', { own: { properties: { email: 'hash' } } }, 'must end in _sha256'],
])('%s is refused at once', (_, rows, text) => {
  expect(() => defineEvents(rows as Record<string, OwnEvent>)).toThrow(text);
});

test('P-2 §8 two events whose ids could be equal are refused: order "a_first" and first order "a"', () => {
  const key = 'order_id';
  expect(() => defineEvents({ first_purchase: { key } })).toThrow(
    'first_purchase and purchase could get the same event_id',
  );
  expect(() => defineEvents({ gold_plan: { key }, buy_gold_plan: { key } })).toThrow('could get the same');
  // Without a key its ids are random; without the underscore the ids differ.
  expect(Object.keys(defineEvents({ first_purchase: {} }).rows)).toHaveLength(45);
  expect(Object.keys(defineEvents({ repurchase: { key } }).rows)).toHaveLength(45);
  expect(Object.keys(defineEvents({}).rows)).toEqual(Object.keys(canonicalEvents));
});

test('a registry promotes to own events, and takes their properties by their own names', () => {
  const entry = {
    source: 'heap',
    source_event: 'Points',
    canonical_event: 'redeem_points',
    status: 'approved',
  } as const;
  const registry = defineRegistry([entry], { events });
  const seen = { source: 'heap', source_event: 'Points' };
  expect(promote(registry, { ...seen, properties: { ...redemption, is_gift: true, x: 1 } })).toMatchObject({
    status: 'promoted',
    properties: { ...redemption, is_gift: true },
  });
  expect(promote(registry, seen)).toMatchObject({ missing: ['redemption_id', 'points'] });
  expect(() => defineRegistry([entry] as never)).toThrow('not in the vocabulary');
});

test('W-18 sha256Hex takes hashes of something, and nothing else', () => {
  const hash = '8c87b489ce35cf2e2f39f80e282cb2e804932a56a213983eeeb428407d43b52d';
  expect(sha256Hex(` ${hash.toUpperCase()}`)).toBe(hash);
  expect(sha256Hex('jane@example.com')).toBeUndefined();
  expect(sha256Hex('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')).toBeUndefined();
  expect(sha256Hex(undefined as never)).toBeUndefined();
});

const wire = { event_id: 'r_1_redeem_points', user_id };
const refusedPaths = (body: object): string[] => {
  const parsed = parseEvent(body, { events });
  return 'errors' in parsed ? parsed.errors.map(({ path }) => path) : [];
};

test('W-10 parseEvent reads own events when it is given them, and only then', () => {
  const body = { ...wire, event: 'redeem_points', properties: { ...redemption, more: { a: 1 } } };
  expect(parseEvent(body, { events })).toEqual({ event: body });
  expect(parseEvent(body)).toMatchObject({ errors: [{ path: 'event' }] });
  expect(refusedPaths({ ...body, event: 'constructor' })).toEqual(['event']);
});

test.each([
  ['a missing property', 'redeem_points', { redemption_id: 'r_1' }, ['properties.points']],
  ['a wrong type', 'redeem_points', { ...redemption, is_gift: 'yes' }, ['properties.is_gift']],
  [
    'what a built-in event asks, and what is asked on top',
    'purchase',
    { order_id: 'ord_1', value: 1 },
    ['properties.currency', 'properties.store_id'],
  ],
  ['what a schema asks', 'finish_quiz', { score: 'x' }, ['properties.score']],
  ['what a schema asks, of nothing', 'finish_quiz', undefined, ['properties.score']],
])('W-11 %s is refused, field by field', (_, event, properties, paths) => {
  expect(refusedPaths({ ...wire, event, properties })).toEqual(paths);
});

test.each<[string, unknown, string]>([
  ['no table', undefined, 'events must map names to events'],
  ['an event that is none', { own: null }, 'own must be { required, key, priority, properties }'],
  ['a mistyped field, P-2', { own: { keys: 'order_id' } }, 'own.keys is not a field of an event'],
  ['a key that is no text', { own: { key: 5 } }, 'own.key must be text'],
  ['a key of no part, P-2', { own: { key: '|' } }, 'own.key must not have an empty part'],
  ['required as text', { own: { required: 'order_id' } }, 'own.required must be a list of names'],
  ['properties that are none', { own: { properties: null } }, 'own.properties must map names to types'],
  ['a schema without validate', { own: { properties: { '~standard': {} } } }, 'own.properties must map'],
])('JavaScript is told at once, with the event named: %s', (_, rows, text) => {
  expect(() => defineEvents(rows as never)).toThrow(`[invalid_options] ${text}`);
});

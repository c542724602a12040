import {
  createClient,
  createMemoryTransport,
  defineEvents,
  defineRegistry,
  hashTraits,
  sha256Hex,
  type CaptureInput,
  type Client,
  type Sha256,
  type StandardSchema,
} from '@tracklayer/core';
import { expectTypeOf } from 'vitest';

// Checked by contract-types.test.ts; never run.
const order = { order_id: 'ord_10492', value: 129.95, currency: 'EUR' };
declare const quiz: StandardSchema<{ score: number; level?: 'easy' | 'hard' }>;
const transport = createMemoryTransport();
const rows = {
  redeem_points: {
    required: ['redemption_id', 'points'],
    key: 'redemption_id',
    properties: { redemption_id: 'id', points: 'number', is_gift: 'boolean', friend_sha256: 'hash' },
  },
  purchase: { required: ['store_id'], properties: { store_id: 'text' } },
  finish_quiz: { properties: quiz },
} as const;
const events = defineEvents(rows);
const plain = createClient({ transport });
const own = createClient({ transport, events });
const strict = createClient({ transport, events: defineEvents(rows, { unknown: 'refuse' }) });
const redemption = { redemption_id: 'r_1', points: 10 };

// What is right compiles.
plain.capture({ event: 'purchase', user_id: 'cust_2048', properties: order });
plain.capture({ event: 'purchase', properties: { ...order, gift_wrap: true } });
plain.capture({ event: 'login' });
own.capture({ event: 'redeem_points', properties: { ...redemption, is_gift: true } });
own.capture({ event: 'redeem_points', properties: { ...redemption, value: 5, currency: 'EUR', shelf: 3 } });
own.capture({ event: 'purchase', properties: { ...order, store_id: 'berlin' } });
own.capture({ event: 'finish_quiz', properties: { score: 3, level: 'hard' } });
own.capture({ event: 'login' });
strict.capture({ event: 'purchase', properties: { ...order, store_id: 'berlin', coupon: 'SPRING' } });
defineRegistry(
  [{ source: 'heap', source_event: 'Points', canonical_event: 'redeem_points', status: 'approved' }],
  { events },
);

// A wrong name.
// @ts-expect-error the vocabulary has no such event
plain.capture({ event: 'order_completed', properties: order });
// @ts-expect-error an own event without its definition
plain.capture({ event: 'redeem_points', properties: redemption });
// @ts-expect-error a slip of the pen in an own event
own.capture({ event: 'redeem_point', properties: redemption });
defineRegistry([
  // @ts-expect-error a registry knows the events it is given
  { source: 'heap', source_event: 'Points', canonical_event: 'redeem_points', status: 'approved' },
]);

// A missing property.
// @ts-expect-error currency is required
plain.capture({ event: 'purchase', properties: { order_id: 'ord_1', value: 1 } });
// @ts-expect-error properties are required
plain.capture({ event: 'purchase' });
// @ts-expect-error points are required
own.capture({ event: 'redeem_points', properties: { redemption_id: 'r_1' } });
// @ts-expect-error the built-in event was narrowed: store_id is required
own.capture({ event: 'purchase', properties: order });
// @ts-expect-error the schema requires score
own.capture({ event: 'finish_quiz', properties: {} });

// A wrong type.
// @ts-expect-error value is a number
plain.capture({ event: 'purchase', properties: { ...order, value: '129.95' } });
// @ts-expect-error a Date is no JSON
plain.capture({ event: 'login', properties: { at: new Date() } });
// @ts-expect-error points are a number
own.capture({ event: 'redeem_points', properties: { ...redemption, points: '10' } });
// @ts-expect-error a known property has its type in own events too
own.capture({ event: 'redeem_points', properties: { ...redemption, value: '5' } });
// @ts-expect-error the schema knows two levels
own.capture({ event: 'finish_quiz', properties: { score: 3, level: 'medium' } });

// An unknown property, where those are refused.
// @ts-expect-error nobody defined shelf
strict.capture({ event: 'redeem_points', properties: { redemption_id: 'r_1', points: 10, shelf: 3 } });
// @ts-expect-error nor gift_wrap, in a built-in event
strict.capture({ event: 'login', properties: { gift_wrap: true } });

// Definitions.
// @ts-expect-error no such type
defineEvents({ redeem_points: { properties: { points: 'integer' } } });

// Hashes.
const raw = 'jane@example.com';
const { traits } = hashTraits({ email: raw }, { sha256: () => '' });
plain.identify({ user_id: 'cust_2048', traits });
plain.identify({ user_id: 'cust_2048', traits: { email: raw, email_sha256: sha256Hex(raw), plan: 'pro' } });
plain.identify({ user_id: 'cust_2048', traits: { email_sha256: null } });
expectTypeOf(traits['email_sha256']).toExtend<Sha256 | null | undefined>();
expectTypeOf<string>().not.toExtend<Sha256>();
expectTypeOf<Sha256>().toExtend<string>();
// @ts-expect-error a raw address is no hash
plain.identify({ user_id: 'cust_2048', traits: { email_sha256: raw } });
// @ts-expect-error nor in properties
plain.capture({ event: 'login', properties: { email_sha256: raw } });
// @ts-expect-error nor in an own property of that type
own.capture({ event: 'redeem_points', properties: { ...redemption, friend_sha256: raw } });

// One vocabulary, many places.
expectTypeOf<CaptureInput['event']>().toExtend<string>();
expectTypeOf(plain).toExtend<Client>();

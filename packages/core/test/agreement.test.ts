import { canonicalEvents, defineEvents, type EventName } from '@tracklayer/core';
import { parseEvent } from '@tracklayer/core/schema';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';

// `capture()` in a page and the server's `parseEvent` must never disagree: what one takes the other takes.

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
      shop: 'text',
    },
  },
});

const id = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    'ö'.repeat(127),
    'ö'.repeat(128),
    'ö'.repeat(200),
    'a\nb',
    ' ',
    '',
    'ok',
    '\u0085',
    '\ufeff',
  ),
  fc.integer(),
  fc.double(),
);
const item = fc.record(
  {
    item_id: fc.oneof(id, fc.constant(null)),
    item_name: fc.string(),
    price: fc.oneof(fc.double(), fc.string()),
    quantity: fc.integer(),
  },
  { requiredKeys: [] },
);
const any = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  id,
  fc.array(item, { maxLength: 3 }),
  fc.constantFrom('EUR', 'eur', 'Euro', 12.5, 'a'.repeat(64), 'e3b0c44298fc1c14', true, null),
);
const properties = fc.dictionary(
  fc.constantFrom(
    'order_id',
    'refund_id',
    'content_id',
    'lead_id',
    'value',
    'currency',
    'items',
    'plan',
    'coupon',
    'tax',
    'page_url',
    'pipeline_stage',
    'redemption_id',
    'points',
    'is_gift',
    'friend_sha256',
    'cart',
    'shop',
    'color',
    'email_sha256',
  ),
  any,
  { maxKeys: 8 },
);
const event = fc.constantFrom<EventName | 'redeem_points'>(
  ...(Object.keys(canonicalEvents) as EventName[]),
  'redeem_points',
);

test('capture() and parseEvent agree on every event that JSON can hold', () =>
  fc.assert(
    fc.asyncProperty(event, properties, async (name, given) => {
      const json = JSON.parse(JSON.stringify(given));
      const { client, errors, drops, transport } = clientWith(undefined, { events: events });
      const message = { event: name, event_id: 'x', user_id: 'cust_1', properties: json };
      client.capture(message as never);
      // Text that looks like an address is left out and told, and the event goes: a relay gets what is left of it.
      const isTold = errors.every((code) => code === 'personal_data');
      const isTaken = drops.length === 0 && isTold;
      if (isTaken && errors.length > 0) await client.flush();
      const parsed = parseEvent(transport.delivered[0] ?? message, { events });
      expect({ isTaken, problems: 'errors' in parsed ? parsed.errors : [] }).toEqual({
        isTaken: 'event' in parsed,
        problems: 'errors' in parsed ? parsed.errors : [],
      });
    }),
    {
      numRuns: 2_000,
      examples: [
        ['login', { color: [['$@!.AA']] }],
        ['cancel_subscription', { currency: '$@!.AA' }],
      ],
    },
  ));

test.each([
  ['200 × ö', 'ö'.repeat(200)],
  ['a line break', 'guide\n1'],
])('a content_id of %s is refused by both, for the same reason', (_, content_id) => {
  const { client, drops } = clientWith();
  const message = { event: 'download', user_id: 'cust_1', properties: { content_id } } as const;
  client.capture(message);
  const parsed = parseEvent({ ...message, event_id: 'x' });
  expect(drops[0]?.problems).toEqual((parsed as { errors: unknown }).errors);
  expect(drops[0]?.detail).toContain('properties.content_id must be text of 1 to 255 bytes without control');
});

test('parseEvent says why an id is unusable', () => {
  const body = { event: 'login', event_id: 'x', user_id: 'x'.repeat(300) };
  expect(parseEvent(body)).toEqual({
    errors: [{ path: 'user_id', message: 'is over 255 bytes (docs/wire.md W-3)', code: 'too_large' }],
  });
});

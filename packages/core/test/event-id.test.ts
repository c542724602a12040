import { eventId } from '@tracklayer/core';
import { businessEventId, createUuid } from '@tracklayer/core/adapter';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Vector {
  event: string;
  properties: Record<string, unknown>;
  person?: { user_id?: string; anonymous_id?: string };
  expect: { event_id: string } | { none: true } | { refused: true };
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../../../docs/event-id-vectors.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] };

const idOf = ({ event, properties, person = {} }: Vector): Vector['expect'] => {
  const made = businessEventId(event, properties, person.user_id, person.anonymous_id);
  if ('id' in made) return { event_id: made.id };
  return 'none' in made ? made : { refused: true };
};

test('P-2 W-6 every golden vector gets its id, written by another implementation', () => {
  expect(vectors.length).toBeGreaterThanOrEqual(300);
  expect(vectors.map((vector) => ({ ...vector, expect: idOf(vector) }))).toEqual(vectors);
});

test('P-2 different keys never make the same id, but where the wire says so', () => {
  const keyOf = ({ event, properties }: Vector): string =>
    JSON.stringify([event, properties], (_, value: unknown) =>
      typeof value === 'string'
        ? value.normalize('NFC').trim()
        : typeof value === 'number'
          ? String(value)
          : value,
    );
  const keysOf = new Map<string, Set<string>>();
  for (const vector of vectors.filter(({ person }) => !person)) {
    const made = idOf(vector);
    if (!('event_id' in made)) continue;
    keysOf.set(made.event_id, (keysOf.get(made.event_id) ?? new Set()).add(keyOf(vector)));
  }
  const shared = [...keysOf].filter(([, keys]) => keys.size > 1);
  // W-6 keeps a dot where the key has one part: a lead "a.b" without a stage is the lead "a" at stage "b".
  expect(shared.map(([id]) => id)).toEqual(['a.b_qualify_lead']);
});

test('W-6 eventId says why an event has no id', () => {
  expect(eventId('purchase', { order_id: 'ord_10492' })).toBe('ord_10492_purchase');
  expect(eventId('sign_up', {}, { user_id: 'cust_2048' })).toBe('cust_2048_sign_up');
  expect(() => eventId('purchase', {})).toThrow('[invalid_event] purchase: properties.order_id is missing');
  expect(() => eventId('login')).toThrow('random id');
  expect(() => eventId('Order Completed')).toThrow('not in the vocabulary');
  expect(() => eventId('__proto__')).toThrow('not in the vocabulary');
});

test('an id without a business key is a UUIDv7 of its time, and no two are alike', () => {
  const uuid = createUuid(
    () => Date.parse('2026-11-23T10:15:30.123Z'),
    (length) => crypto.getRandomValues(new Uint8Array(length)),
  );
  const ids = Array.from({ length: 1_000 }, uuid);
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(Date.parse('2026-11-23T10:15:30.123Z'));
  }
});

import type { WireEvent } from '@tracklayer/core';
import { isConflict, mergeCopies, minorUnitsOf } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';

const copy = (properties: object, more: Partial<WireEvent> = {}): WireEvent => ({
  event: 'purchase',
  event_id: 'ord_1_purchase',
  properties: { order_id: 'ord_1', ...properties },
  ...more,
});
const conflictsOf = (first: object, later: object): readonly string[] =>
  mergeCopies(copy(first), copy(later), ['order_id']).conflicts;

test.each([
  ['a rounding error', { value: 0.1 + 0.2, currency: 'EUR' }, { value: 0.3, currency: 'EUR' }],
  ['a yen in tenths', { value: 1200.2, currency: 'JPY' }, { value: 1200, currency: 'JPY' }],
  ['a tenth of a fils', { value: 1.2341, currency: 'KWD' }, { value: 1.2342, currency: 'KWD' }],
  ['an absent amount', { currency: 'EUR' }, { value: 1, currency: 'EUR' }],
  ['an id as number and as text', { order_id: 10492 }, { order_id: '10492 ' }],
])('W-4 %s is no conflict', (_, first, later) => {
  expect(conflictsOf(first, later)).toEqual([]);
});

test.each([
  ['a cent', { value: 0.3, currency: 'EUR' }, { value: 0.31, currency: 'EUR' }, ['properties.value']],
  ['a yen', { value: 1200, currency: 'JPY' }, { value: 1201, currency: 'JPY' }, ['properties.value']],
  ['a fils', { value: 1.234, currency: 'KWD' }, { value: 1.235, currency: 'KWD' }, ['properties.value']],
  ['a currency', { value: 1, currency: 'EUR' }, { value: 1, currency: 'USD' }, ['properties.currency']],
  ['a key property', { order_id: 'a' }, { order_id: 'b' }, ['properties.order_id']],
])('W-4 %s is a conflict', (_, first, later, conflicts) => {
  expect(conflictsOf(first, later)).toEqual(conflicts);
  expect(isConflict(copy(first), copy(later), ['order_id'])).toBe(true);
});

test('W-4 a later copy fills what is absent, click ids too, and changes nothing that is there', () => {
  const first = copy({ value: 1 }, { context: { click_ids: { gclid: 'g' } }, anonymous_id: 'anon_1' });
  const later = copy(
    { value: 2, coupon: 'SPRING' },
    { context: { click_ids: { gclid: 'x', fbp: 'f' }, locale: 'de' }, user_id: 'cust_1' },
  );
  expect(mergeCopies(first, later, ['order_id']).event).toEqual({
    ...first,
    user_id: 'cust_1',
    properties: { order_id: 'ord_1', value: 1, coupon: 'SPRING' },
    context: { click_ids: { gclid: 'g', fbp: 'f' }, locale: 'de' },
  });
});

test('W-4 another person or milestone under one id fills nothing', () => {
  const first = copy({ value: 1 }, { user_id: 'cust_1' });
  const later = copy({ coupon: 'SPRING' }, { user_id: 'cust_2', anonymous_id: 'anon_2' });
  expect(mergeCopies(first, later, ['order_id'])).toEqual({ event: first, conflicts: ['user_id'] });
});

const page = { context: { via: 'browser', click_ids: { gclid: 'g' } } };

test('W-4 a copy with a key beats what a page said before it, keeps its clicks, and the conflict is reported', () => {
  const forged = copy({ value: 0.01, currency: 'EUR', coupon: 'FREE' }, { ...page, anonymous_id: 'anon_1' });
  const paid = copy({ value: 129.95, currency: 'EUR' }, { user_id: 'cust_1' });
  const merged = mergeCopies(forged, paid, ['order_id']);
  expect(merged).toEqual({
    event: {
      ...paid,
      anonymous_id: 'anon_1',
      properties: { order_id: 'ord_1', value: 129.95, currency: 'EUR', coupon: 'FREE' },
      context: { click_ids: { gclid: 'g' }, via: undefined },
    },
    conflicts: ['properties.value'],
  });
  // Neither the page nor another server changes that any more.
  for (const later of [forged, copy({ value: 1, currency: 'EUR' })]) {
    expect(mergeCopies(merged.event, later, ['order_id']).event.properties).toMatchObject({ value: 129.95 });
  }
});

test('W-4 a copy with a key takes the place of what a page made of another thing or person', () => {
  const forged = copy({ value: 0.01 }, { ...page, event: 'refund' });
  const paid = copy({ value: 129.95 });
  expect(mergeCopies(forged, paid, ['order_id'])).toMatchObject({
    event: paid,
    conflicts: ['event', 'properties.value'],
  });
});

test('W-4 an amount that only a page named gives way to the first that comes with a key', () => {
  const first = mergeCopies(copy({ value: 0.01 }, page), copy({ coupon: 'SPRING' }), ['order_id']).event;
  const paid = mergeCopies(first, copy({ value: 129.95 }), ['order_id']).event;
  expect(paid.properties).toEqual({ order_id: 'ord_1', value: 129.95, coupon: 'SPRING' });
  expect(mergeCopies(paid, copy({ value: 1 }), ['order_id']).event.properties).toMatchObject({
    value: 129.95,
  });
});

test('W-4 of two copies from pages the first stays', () => {
  const [first, later] = [copy({ value: 1 }, page), copy({ value: 2 }, page)];
  expect(mergeCopies(first, later, ['order_id']).event.properties).toMatchObject({ value: 1 });
});

test('§7 copies that go on adding properties do not grow an event over 40 KiB; its ids are filled all the same', () => {
  const first = copy({ a: 'x'.repeat(30_000) });
  const later = copy({ b: 'x'.repeat(30_000) }, { user_id: 'cust_1' });
  expect(mergeCopies(first, later, ['order_id']).event).toEqual({ ...first, user_id: 'cust_1' });
});

test('ISO 4217 minor units are known of every code, and of nothing else', () => {
  expect(['EUR', 'JPY', 'KWD', 'CLF', 'ZWG', 'AED', 'XPF'].map(minorUnitsOf)).toEqual([2, 0, 3, 4, 2, 2, 0]);
  expect(['EDA', 'eur', 'EURO', '', 'XYZ', undefined, 978].map(minorUnitsOf)).toEqual(
    Array.from({ length: 7 }, () => undefined),
  );
});

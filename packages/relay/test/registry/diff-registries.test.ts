import { defineRegistry, type Registry, type RegistryEntry } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { diffRegistries, worstOf } from '../../src/registry/diff-registries.ts';
import { heapEntry } from './entries.ts';

const now = Date.parse('2026-11-23T10:00:00.000Z');
const registry = (...entries: RegistryEntry[]): Registry => defineRegistry(entries as never);
const map = { order_id: 'id', value: 'total', currency: 'currency' };
const mapped = heapEntry({ properties: map });
const told = (before: readonly RegistryEntry[], after: readonly RegistryEntry[]): string[] =>
  diffRegistries(registry(...before), registry(...after), now).map((c) => `${c.severity}: ${c.change}`);

test('W-32 the order of entries and the way of writing are not a change', () => {
  const other = heapEntry({ source_event: 'Signup', canonical_event: 'sign_up', required_properties: [] });
  const asText = heapEntry({ required_properties: 'order_id, value, currency' });
  expect(told([heapEntry(), other], [other, asText])).toEqual([]);
});

test.each<[string, RegistryEntry, RegistryEntry | undefined]>([
  ['approved entry removed', heapEntry(), undefined],
  ['status approved → draft', heapEntry(), heapEntry({ status: 'draft' })],
  ['canonical_event purchase → donate', heapEntry(), heapEntry({ canonical_event: 'donate' })],
  ['requires coupon too', heapEntry(), heapEntry({ required_properties: ['coupon'] })],
  ['properties.order_id from "id" → "nr"', mapped, heapEntry({ properties: { ...map, order_id: 'nr' } })],
  [
    'deprecated_until 2026-12-31 → 2026-11-01',
    heapEntry({ status: 'deprecated', deprecated_until: '2026-12-31' }),
    heapEntry({ status: 'deprecated', deprecated_until: '2026-11-01' }),
  ],
])('W-32 breaking: %s', (change, before, after) => {
  expect(told([before], after ? [after] : [])).toContain(`breaking: ${change}`);
});

test.each<[string, RegistryEntry | undefined, RegistryEntry]>([
  ['approved as purchase, new', undefined, heapEntry()],
  ['status approved → deprecated', heapEntry(), heapEntry({ status: 'deprecated' })],
  ['status draft → approved', heapEntry({ status: 'draft' }), heapEntry()],
  ['when nothing → {"path":"total","gte":1}', heapEntry(), heapEntry({ when: { path: 'total', gte: 1 } })],
  ['properties.coupon from nothing → "code"', mapped, heapEntry({ properties: { ...map, coupon: 'code' } })],
])('W-32 careful: %s', (change, before, after) => {
  expect(told(before ? [before] : [], [after])).toEqual([`careful: ${change}`]);
});

test.each<[string, RegistryEntry | undefined, RegistryEntry | undefined]>([
  ['notes changed', heapEntry(), heapEntry({ notes: 'Revenue.' })],
  ['draft as purchase, new', undefined, heapEntry({ status: 'draft' })],
  ['draft entry removed', heapEntry({ status: 'draft' }), undefined],
  [
    'requires coupon too',
    heapEntry({ status: 'draft' }),
    heapEntry({ status: 'draft', required_properties: 'coupon' }),
  ],
  [
    'deprecated entry removed',
    heapEntry({ status: 'deprecated', deprecated_until: '2026-11-01' }),
    undefined,
  ],
])('W-32 safe: %s', (change, before, after) => {
  expect(told(before ? [before] : [], after ? [after] : [])).toEqual([`safe: ${change}`]);
});

test('W-32 labels that read alike with their source are told apart', () => {
  const a = heapEntry({ source: 'heap web', source_event: 'Paid' });
  const b = heapEntry({ source: 'heap', source_event: 'web Paid' });
  expect(told([a, b], [b])).toEqual(['breaking: approved entry removed']);
});

test('the worst severity is the one that counts', () => {
  expect(worstOf(['safe', 'breaking', 'careful'])).toBe('breaking');
  expect(worstOf([])).toBe('safe');
});

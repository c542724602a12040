import type { RegistryEntry } from '@tracklayer/core';
import { promotesUntil } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';

test.each<[string, Partial<RegistryEntry>, number]>([
  ['a draft never', { status: 'draft', deprecated_until: '2026-12-31' }, -Infinity],
  ['an approved entry for ever', { status: 'approved', deprecated_until: '2026-12-31' }, Infinity],
  ['a deprecated one without a date for ever', { status: 'deprecated' }, Infinity],
  [
    'a deprecated one to the end of its day',
    { status: 'deprecated', deprecated_until: '2026-12-31' },
    Date.parse('2027-01-01T00:00:00Z'),
  ],
])('W-32 %s', (_, fields, until) => {
  const entry = { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase' };
  expect(promotesUntil({ ...entry, status: 'draft', ...fields })).toBe(until);
});

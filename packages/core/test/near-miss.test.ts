import { expect, test } from 'vitest';
import { nearMissOf } from '../src/adapter.ts';
import { defineRegistry } from '../src/index.ts';

const registry = defineRegistry([
  { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
  { source: 'heap', source_event: '🛒', canonical_event: 'add_to_cart', status: 'approved' },
  { source: 'shop', source_event: 'Signed Up', canonical_event: 'sign_up', status: 'approved' },
]);
const nearMiss = nearMissOf(registry, 'heap');

test.each([
  'Order completed',
  'order_completed',
  ' ORDER-COMPLETED ',
  'orderCompleted!',
  '"Order Completed"',
])('a near miss differs in case, spaces and punctuation only: %j', (label) =>
  expect(nearMiss(label)?.source_event).toBe('Order Completed'),
);

test.each([
  'Order Completed 2',
  'Orders Completed',
  '🎉',
  '',
  ' ',
  'signed up',
  undefined,
  12,
  'x'.repeat(5_000),
])('is none: %j', (label) => expect(nearMiss(label)).toBe(undefined));

test('follows a registry whose entries are replaced', () => {
  const first = defineRegistry([
    { source: 'heap', source_event: 'Signed In', canonical_event: 'login', status: 'approved' },
  ]);
  const live = { ...first };
  const find = nearMissOf(live, 'heap');
  expect(find('signed in')?.canonical_event).toBe('login');
  live.entries = [];
  expect(find('signed in')).toBe(undefined);
});

import { defineRegistry, type RegistryEntry } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { findDrift } from '../../src/drift/find-drift.ts';
import type { DailyShape, SeenLabel } from '../../src/index.ts';
import { heapEntry } from '../registry/entries.ts';

const shape = (day: string, keys: DailyShape['keys'], copies = 100): DailyShape => ({
  day,
  event: 'purchase',
  source: 'heap',
  copies,
  conflicts: 1,
  rejected: 0,
  keys,
});

const label = (last_seen: string, source_event: string, count = 10): SeenLabel => ({
  source: 'heap',
  source_event,
  count,
  last_seen,
});

interface Observed {
  shapes?: readonly DailyShape[];
  labels?: readonly SeenLabel[];
  entries?: readonly RegistryEntry[];
  event?: string;
}

const drift = ({ shapes = [], labels = [], entries = [], event }: Observed) =>
  findDrift({
    shapes: [shapes],
    labels,
    registry: defineRegistry(entries as never),
    registry_version: 1,
    since: '2026-11-17',
    event,
  });

const value = { number: 100 };

test('W-38 a field that came is added, with its share since then', async () => {
  const shapes = [
    shape('2026-11-16', { value }),
    shape('2026-11-18', { value, coupon: { string: 25 } }),
    shape('2026-11-19', { value, coupon: { string: 75 } }),
  ];
  expect((await drift({ shapes })).events[0]?.added).toEqual([
    { path: 'coupon', types: ['string'], share: 0.5, since: '2026-11-18' },
  ]);
});

test('W-38 a field that vanished yesterday is reported, though the week still shows it', async () => {
  const shapes = [
    shape('2026-11-17', { value, currency: { string: 100 } }),
    shape('2026-11-18', { value, currency: { string: 98 } }),
    shape('2026-11-19', { value }),
  ];
  const [event] = (await drift({ shapes })).events;
  expect(event).toMatchObject({ event: 'purchase', source: 'heap', copies: 300, conflicts: 3 });
  expect(event?.vanished).toEqual([{ path: 'currency', share: 0.99, last_seen: '2026-11-18' }]);
});

test('W-38 a rare field that stays away for a few events has not vanished', async () => {
  const shapes = [shape('2026-11-17', { value, coupon: { string: 2 } }), shape('2026-11-18', { value })];
  expect((await drift({ shapes })).events[0]?.vanished).toEqual([]);
});

test('W-38 a field whose type changed shows both sides with percentages', async () => {
  const shapes = [shape('2026-11-16', { value }), shape('2026-11-18', { value: { number: 60, string: 40 } })];
  expect((await drift({ shapes })).events[0]?.type_changed).toEqual([
    { path: 'value', from: { number: 1 }, to: { number: 0.6, string: 0.4 }, since: '2026-11-18' },
  ]);
});

test('W-38 changes before the window are not reported again', async () => {
  const shapes = [
    shape('2026-11-10', { value, gone: { string: 100 } }),
    shape('2026-11-11', { value: { string: 100 }, came: { string: 100 } }),
    shape('2026-11-18', { value: { string: 100 }, came: { string: 100 } }),
  ];
  expect((await drift({ shapes })).events[0]).toMatchObject({ added: [], vanished: [], type_changed: [] });
});

test('W-38 an approved label that was seen before and not since is silent', async () => {
  const entries = [heapEntry(), heapEntry({ source_event: 'Draft', status: 'draft' })];
  const labels = [label('2026-11-12', 'Order Completed', 0), label('2026-11-12', 'Draft', 0)];
  const silent = { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase' };
  expect((await drift({ entries, labels })).silent).toEqual([{ ...silent, last_seen: '2026-11-12' }]);
  const comes = await drift({ entries, labels: [label('2026-11-18', 'Order Completed')] });
  expect(comes.silent).toEqual([]);
  // Nobody reported labels, but the events of this one are gone.
  expect((await drift({ entries, shapes: [shape('2026-11-13', {})] })).silent).toEqual([
    { ...silent, last_seen: '2026-11-13' },
  ]);
});

test('W-38 a label that nearly matches is reported with the one that was meant', async () => {
  const labels = [
    label('2026-11-18', 'order completed', 6),
    label('2026-11-18', 'Page seen'),
    label('2026-11-12', 'Order completed', 0),
  ];
  const observed = { entries: [heapEntry()], labels };
  const near = { source: 'heap', source_event: 'order completed', expected: 'Order Completed' };
  expect((await drift(observed)).near_misses).toEqual([{ ...near, canonical_event: 'purchase', count: 6 }]);
  expect((await drift({ ...observed, event: 'refund' })).near_misses).toEqual([]);
});

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeReport, totalsOf } from '../../src/report/make-report.ts';
import { sumOf, type ReportRow } from '../../src/report/report.ts';
import type { StepCount } from '../../src/store/steps.ts';
import { heapEntry } from '../registry/entries.ts';

const day = '2026-11-23';
const step = (name: StepCount['step'], count: number, more: Partial<StepCount> = {}): StepCount => ({
  day,
  event: 'purchase',
  step: name,
  name: 'heap',
  reason: '',
  count,
  ...more,
});
const label = (source_event: string, count: number) => ({ day, source: 'heap', source_event, count });
const entries = [heapEntry(), heapEntry({ source_event: 'Paid', status: 'draft' })];

test('W-40 each step has what is lost there, with its reason', () => {
  const steps = [
    step('accepted', 6),
    step('accepted', 2, { name: 'server' }),
    step('duplicate', 3, { name: 'server' }),
    step('rejected', 1, { name: '', reason: 'missing_property' }),
    step('planned', 8, { name: 'meta' }),
    step('delivered', 4, { name: 'meta' }),
    step('skipped', 2, { name: 'meta', reason: 'consent_denied' }),
    step('failed', 1, { name: 'meta', reason: 'event_too_old' }),
  ];
  const labels = [label('Order Completed', 9), label('Paid', 5), label('Unknown', 7)];
  expect(makeReport({ steps, labels, entries })).toEqual([
    {
      day,
      event: 'purchase',
      seen: 14,
      drafts: 5,
      not_promoted: 3,
      uncounted: 0,
      promoted: 6,
      received: 12,
      accepted: 8,
      duplicates: 3,
      rejected: { missing_property: 1 },
      destinations: {
        meta: {
          planned: 8,
          accepted: 4,
          skipped: { consent_denied: 2 },
          failed: { event_too_old: 1 },
          pending: 1,
        },
      },
    },
  ]);
});

test('W-40 one event is asked for, labels of others are left out', () => {
  const labels = [label('Order Completed', 9)];
  expect(makeReport({ steps: [step('accepted', 1)], labels, entries, event: 'refund' })).toEqual([]);
});

const steps = fc.array(
  fc.record({
    day: fc.constantFrom('2026-11-22', '2026-11-23'),
    event: fc.constantFrom('purchase', 'sign_up'),
    step: fc.constantFrom('accepted', 'duplicate', 'rejected', 'planned', 'delivered', 'failed', 'skipped'),
    name: fc.constantFrom('heap', 'server', 'meta', 'ga4'),
    reason: fc.constantFrom('', 'invalid', 'consent_denied'),
    count: fc.nat(1_000),
  }),
);
const labels = fc.array(
  fc.record({
    day: fc.constantFrom('2026-11-22', '2026-11-23'),
    source: fc.constant('heap'),
    source_event: fc.constantFrom('Order Completed', 'Paid', 'Unknown'),
    count: fc.nat(1_000),
  }),
);

test('W-40 the numbers add up, of every day and in sum', () => {
  const addsUp = (row: ReportRow): void => {
    expect(row.seen + row.uncounted).toBe(row.drafts + row.not_promoted + row.promoted);
    expect(row.received).toBe(row.accepted + row.duplicates + sumOf(row.rejected));
    for (const { planned, accepted, skipped, failed, pending } of Object.values(row.destinations)) {
      expect(planned).toBe(accepted + sumOf(skipped) + sumOf(failed) + pending);
    }
  };
  fc.assert(
    fc.property(steps, labels, (counted, seen) => {
      const rows = makeReport({ steps: counted, labels: seen, entries });
      rows.forEach(addsUp);
      const totals = totalsOf(rows);
      totals.forEach(addsUp);
      const sum = (of: readonly ReportRow[]): number => of.reduce((all, { received }) => all + received, 0);
      expect(sum(totals)).toBe(sum(rows));
    }),
  );
});

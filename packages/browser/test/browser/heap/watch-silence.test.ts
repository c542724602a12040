import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defineRegistry, type HeapDrift, type HeardLabel } from '../../../src/index.ts';
import { watchSilence } from '../../../src/watch.ts';
import { clearPage } from '../page.ts';

const day = 86_400_000;
const start = Date.parse('2026-05-01T10:00:00Z');
const registry = defineRegistry([
  { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
  { source: 'heap', source_event: 'Signed Up', canonical_event: 'sign_up', status: 'approved' },
  { source: 'heap', source_event: 'Logged In', canonical_event: 'login', status: 'draft' },
]);
const stored = (): string | null => localStorage.getItem('tl1:labels');

beforeEach(() => {
  clearPage();
  vi.useFakeTimers({ now: start });
});
afterEach(() => void vi.useRealTimers());

/** One load of a page, on this day, that produces these labels. */
function load(onDay: number, labels: string[] = [], isAllowed = true): HeapDrift[] {
  vi.setSystemTime(start + onDay * day);
  const drifts: HeapDrift[] = [];
  const hear = watchSilence(
    { isAllowed: () => isAllowed },
    { registry, silentAfterDays: 7, onDrift: (drift) => void drifts.push(drift) },
  );
  for (const label of labels) {
    const entry = registry.entries.find(({ source_event }) => source_event === label)!;
    const promotion = { status: 'promoted', entry, event: entry.canonical_event, properties: {} } as const;
    hear({ source_event: label, at: Date.now(), promotion } satisfies HeardLabel);
  }
  return drifts;
}

test('an approved label that was not seen for more than N days is reported once per load', () => {
  expect(load(0, ['Order Completed'])).toEqual([]);
  expect(load(5, ['Signed Up', 'Signed Up'])).toEqual([]);
  expect(load(7)).toEqual([]);
  const silent = [
    {
      kind: 'silent',
      source_event: 'Order Completed',
      canonical_event: 'purchase',
      last_seen_at: Date.parse('2026-05-01T00:00:00Z'),
    },
  ];
  expect(load(8)).toEqual(silent);
  expect(load(9, ['Order Completed'])).toEqual(silent);
  expect(load(10)).toEqual([]);
});

test('a label that never came counts from the first look on', () => {
  expect(load(0)).toEqual([]);
  expect(load(8)).toMatchObject([{ source_event: 'Order Completed' }, { source_event: 'Signed Up' }]);
});

test('P-5 without consent nothing is kept, and what was kept is forgotten', () => {
  load(0, ['Order Completed'], false);
  expect(stored()).toBe(null);
  load(0, ['Order Completed']);
  expect(stored()).not.toBe(null);
  expect(load(9, [], false)).toEqual([]);
  expect(stored()).toBe(null);
});

test.each(['not json', 'null', '[1]', '{"Order Completed":"x"}', '7'])(
  'P-4 what somebody else stored breaks nothing: %s',
  (text) => {
    localStorage.setItem('tl1:labels', text);
    expect(load(0, ['Order Completed'])).toEqual([]);
    expect(JSON.parse(stored()!)).toMatchObject({ 'Order Completed': Math.floor(start / day) });
  },
);

import { createReporter } from '@tracklayer/core/adapter';
import type { Drop } from '@tracklayer/core';
import { expect, onTestFinished, test, vi } from 'vitest';

/** What a reporter without callbacks warns of on the console. */
function warning() {
  const warned: string[] = [];
  const warn = vi.spyOn(console, 'warn').mockImplementation((text: string) => void warned.push(text));
  onTestFinished(() => warn.mockRestore());
  const clock = { now: 0 };
  return { warned, clock, reporter: createReporter({}, () => clock.now) };
}

const dropped = (event: string, path: string): Drop => ({
  event_id: null,
  event,
  reason: 'invalid_event',
  detail: `${event}: ${path} is missing`,
  problems: [{ path, message: 'is missing', code: 'missing' }],
});

test('P-1 two mistakes of one kind are both heard within a minute, and each of them once', () => {
  const { warned, clock, reporter } = warning();
  for (let round = 0; round < 3; round++) {
    reporter.drop(dropped('purchase', 'properties.currency'));
    reporter.drop(dropped('purchase', 'properties.order_id'));
    reporter.drop(dropped('refund', 'properties.order_id'));
    reporter.conflict({ event_id: 'a', event: 'purchase', seen_by: 'client' });
    reporter.conflict({ event_id: 'b', event: 'refund', seen_by: 'client' });
    reporter.report('left_out', 'purchase goes without: properties.score must be a finite number');
    reporter.report('left_out', 'purchase goes without: properties.f must be JSON');
  }
  expect(warned).toHaveLength(7);
  clock.now = 60_000;
  reporter.drop(dropped('purchase', 'properties.currency'));
  expect(warned).toHaveLength(8);
});

test('P-4 what changes with each report is told once a minute by its code, and a flood stops after 20 subjects', () => {
  const { warned, reporter } = warning();
  for (let n = 0; n < 1_000; n++) reporter.drop(dropped(`event_${n}`, 'event'));
  expect(warned).toHaveLength(20);
  for (let n = 0; n < 3; n++) reporter.report('unreachable', `failed ${n} times`, undefined, '');
  expect(warned).toHaveLength(21);
});

import { defineRegistry, heapGuideRegistry, type RegistryEntry } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { dryRun } from '../../src/registry/dry-run.ts';
import { readRecording } from '../../src/registry/read-recording.ts';
import { heapEntry } from './entries.ts';

const registry = (entry: RegistryEntry) => defineRegistry([entry] as never);
const line = (properties: object) => JSON.stringify({ source_event: 'Order Completed', properties });
const paid = { order_id: 'ord_1', nr: 'R-1', value: 10, currency: 'EUR' };

test('W-32 promotions that a new registry would lose are counted by label', () => {
  const calls = readRecording([line(paid), line({ ...paid, coupon: 'X' }), line({})].join('\n'));
  const after = registry(heapEntry({ required_properties: 'coupon' }));
  const label = { source: 'heap', source_event: 'Order Completed', calls: 3 };
  expect(dryRun(registry(heapEntry()), after, calls)).toEqual({
    calls: 3,
    severity: 'breaking',
    labels: [{ ...label, disappeared: 1, appeared: 0, renamed: 0, changed: 0 }],
  });
  expect(dryRun(after, registry(heapEntry()), calls)).toMatchObject({
    severity: 'careful',
    labels: [{ appeared: 1 }],
  });
});

test('W-6 W-32 promotions that would get another event_id are counted', () => {
  const properties = { order_id: 'nr', value: 'value', currency: 'currency' };
  const run = dryRun(registry(heapEntry()), registry(heapEntry({ properties })), readRecording(line(paid)));
  expect(run).toMatchObject({ severity: 'breaking', labels: [{ renamed: 1, disappeared: 0 }] });
});

test('W-32 nothing changes between a registry and itself', () => {
  const guide = heapGuideRegistry();
  expect(dryRun(guide, guide, readRecording(line(paid)))).toEqual({ calls: 1, severity: 'safe', labels: [] });
});

test('a recording of the testing package is read, its tracks alone', () => {
  const recording = {
    started_at: 1_000,
    calls: [
      { method: 'identify', args: ['cust_1'], at: 1 },
      { method: 'track', args: ['Order Completed', paid], at: 5 },
    ],
  };
  expect(readRecording(JSON.stringify(recording, undefined, 2))).toEqual([
    { source: 'heap', source_event: 'Order Completed', properties: paid, at: 1_005 },
  ]);
});

test('a line that is not a call is named', () => {
  expect(() => readRecording(`${line(paid)}\n\n{"event":1}`)).toThrow(
    'line 3 of the recording is not a call',
  );
});

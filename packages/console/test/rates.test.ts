import type { DestinationState } from '@tracklayer/relay';
import { expect, test } from 'vitest';
import { addSample, rateOf, type Sample } from '../src/destinations/rates.ts';

const meta = (accepted: number): DestinationState[] => [
  {
    destination: 'meta',
    title: 'Meta Conversions API',
    state: 'ok',
    version: 'v26.0',
    failures: 0,
    in_flight: 0,
    counts: { planned: accepted, accepted, failed: 0, skipped: 0, pending: 0 },
  },
];

test('a rate is of the last minute, and of as much of it as was seen', () => {
  let samples: Sample[] = addSample([], meta(1_000), 0);
  expect(rateOf(samples, 'meta')).toBeUndefined();
  samples = addSample(samples, meta(1_010), 5_000);
  expect(rateOf(samples, 'meta')).toBe(120);
  samples = addSample(samples, meta(1_010), 64_000);
  expect(samples.map(({ at }) => at)).toEqual([5_000, 64_000]);
  expect([rateOf(samples, 'meta'), rateOf(samples, 'tiktok')]).toEqual([0, undefined]);
});

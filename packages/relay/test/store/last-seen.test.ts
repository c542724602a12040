import type { JsonObject } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { mergeSeen, seenIn, type StoredSeen } from '../../src/store/last-seen.ts';

const minuteMs = 60_000;

/** What is known after these sightings, in the order in which they arrive: minute of each, and what it tells. */
const after = (...sightings: readonly (readonly [minute: number, telling: object])[]): StoredSeen =>
  sightings.reduce<StoredSeen>(
    (known, [minute, telling]) => mergeSeen(known, seenIn(telling), minute * minuteMs),
    {},
  );
const said = (analytics: string): { consent: JsonObject } => ({ consent: { analytics } });
const from = (ip: string): { context: JsonObject } => ({ context: { ip } });

test('W-10 a denial that was repeated is newer than a grant from in between that arrives late', () => {
  const known = after([0, said('denied')], [30, said('denied')], [20, said('granted')]);
  expect(known['consent']).toEqual([{ analytics: 'denied' }, 30 * minuteMs]);
});

test('a person who browses costs no write: the same circumstances keep their time for an hour, consent for a minute', () => {
  const known = after([0, { ...said('granted'), ...from('203.0.113.7') }]);
  const again = (minute: number) =>
    mergeSeen(known, seenIn({ ...said('granted'), ...from('203.0.113.7') }), minute * minuteMs);
  expect(again(0.9)).toBe(known);
  expect(again(1)['ip']).toBe(known['ip']);
  expect(again(1)['consent']?.[1]).toBe(minuteMs);
  expect(again(60)['ip']?.[1]).toBe(60 * minuteMs);
});

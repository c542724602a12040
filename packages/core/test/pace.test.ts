import { expect, test } from 'vitest';
import { createPace } from '../src/queue/pace.ts';

/** A pace without jitter: every wait is the longest it may be. */
function paceAt(): { pace: ReturnType<typeof createPace>; clock: { now: number } } {
  const clock = { now: 1_000 };
  return {
    clock,
    pace: createPace(
      () => clock.now,
      () => 1,
    ),
  };
}

test('W-24 backoff doubles with each failure in a row, and starts small after a success', () => {
  const { pace, clock } = paceAt();
  const waits: number[] = [];
  for (let failure = 1; failure <= 4; failure++) {
    pace.failed(clock.now);
    waits.push(pace.wait());
    clock.now += pace.wait();
  }
  expect(waits).toEqual([500, 1_000, 2_000, 4_000]);
  pace.succeeded();
  pace.failed(clock.now);
  expect(pace.wait()).toBe(500);
});

test('W-24 two requests that were under way together and fail double once', () => {
  const { pace, clock } = paceAt();
  pace.failed(clock.now);
  clock.now += pace.wait();
  const startedAt = clock.now;
  clock.now += 10;
  pace.failed(startedAt);
  clock.now += 10;
  pace.failed(startedAt);
  expect(pace.failures).toBe(2);
  expect(pace.wait()).toBeLessThanOrEqual(1_000);
});

test('W-24 only the pause that the server asked for counts when a page is left or is online again', () => {
  const { pace, clock } = paceAt();
  pace.failed(clock.now);
  expect(pace.serverWait()).toBeLessThanOrEqual(0);
  pace.failed(clock.now, 30_000);
  expect(pace.serverWait()).toBe(30_000);
  pace.hurry();
  expect(pace.wait()).toBe(30_000);
});

test('W-27 a wrong set-up is probed after 2, 5, 15 and 30 s, then once a minute, and two answers count once', () => {
  const { pace, clock } = paceAt();
  const startedAt = clock.now;
  clock.now += 5;
  pace.hold(startedAt);
  clock.now += 5;
  pace.hold(startedAt);
  expect(pace.wait()).toBe(2_000);
  const waits: number[] = [];
  for (let probe = 1; probe <= 5; probe++) {
    clock.now += pace.wait();
    pace.hold(clock.now);
    waits.push(pace.wait());
  }
  expect(waits).toEqual([5_000, 15_000, 30_000, 60_000, 60_000]);
});

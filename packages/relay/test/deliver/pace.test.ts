import { expect, test } from 'vitest';
import { mayTryAt, paceAfter, paceOf, permitBy, type BatchSign } from '../../src/deliver/pace.ts';
import type { QueueState } from '../../src/store/queue.ts';

const fresh: QueueState = { paused: false, leases: [], pace: {} };
const limits = { perRequest: 100, requestsPerMinute: 10 };
const quiet: BatchSign = { arrived: false, failed: false };
/** Jitter at its longest. */
const random = (): number => 1;
const after = (state: QueueState, sign: Partial<BatchSign>, now: number): QueueState =>
  paceAfter(state, { ...quiet, ...sign }, { now, random });

test('"later" without a time: the destination waits up to 2 s, doubling up to a minute', () => {
  let state = fresh;
  const waits: number[] = [];
  for (let time = 0; time < 8; time++) {
    state = after(state, { throttled: {} }, 1_000);
    waits.push(mayTryAt(state, limits, 1_000) - 1_000);
  }
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(permitBy(limits, 500, 60_999)(state)).toEqual({ rows: 0 });
  expect(permitBy(limits, 500, 61_000)(state).rows).toBe(500);
});

test('the wait begins small again when something arrived, also in the batch that was answered "later"', () => {
  const often = after(after(after(fresh, { throttled: {} }, 0), { throttled: {} }, 0), { throttled: {} }, 0);
  expect(paceOf(often).throttles).toBe(3);
  expect(mayTryAt(after(often, { arrived: true, throttled: {} }, 0), limits, 0)).toBe(2_000);
  const recovered = after(often, { arrived: true }, 0);
  expect(mayTryAt(recovered, limits, 0)).toBe(0);
  expect(mayTryAt(after(recovered, { throttled: {} }, 0), limits, 0)).toBe(2_000);
});

test('"later" with a time is kept to the millisecond, and is not a failure', () => {
  const state = after(fresh, { throttled: { until: 12_345 } }, 1_000);
  expect(mayTryAt(state, limits, 1_000)).toBe(12_345);
  expect(paceOf(state)).toMatchObject({ failures: 0, throttles: 0 });
});

test('requests a minute are counted by the rows that were taken, not by those that might have been', () => {
  let state = fresh;
  for (let time = 0; time < 10; time++) {
    const permit = permitBy(limits, 500, time)(state);
    expect(permit.rows).toBe(Math.min(500, (10 - time) * 100));
    state = permit.stateAfter?.(1) ?? state;
  }
  expect(permitBy(limits, 500, 10)(state)).toEqual({ rows: 0 });
  expect(mayTryAt(state, limits, 10)).toBe(60_000);
  expect(permitBy(limits, 500, 60_000)(state).rows).toBe(500);
});

test('no minute has more requests than the limit, wherever it begins', () => {
  let state = fresh;
  const sent: number[] = [];
  // One at a time, as they come due, and all that is permitted once many are due.
  for (let now = 0; now < 300_000; now += 500) {
    const permit = permitBy(limits, now < 58_000 ? 100 : 1_000, now)(state);
    const requests = permit.rows / 100;
    if (requests > 0 && (now >= 58_000 || now % 7_000 === 0)) {
      sent.push(...Array<number>(requests).fill(now));
      state = permit.stateAfter?.(permit.rows) ?? state;
    }
  }
  const inMinuteFrom = (at: number): number => sent.filter((time) => time >= at && time < at + 60_000).length;
  expect(Math.max(...sent.map(inMinuteFrom))).toBe(10);
  expect(sent.length).toBeGreaterThanOrEqual(40);
});

test('requests that are spread keep a distance, make good what was late, and leave a margin in any minute', () => {
  const spread = { perRequest: 1_000, requestsPerMinute: 15, isSpread: true };
  let state = fresh;
  const sent: number[] = [];
  for (let now = 0; now < 612_000; now = Math.max(now + 10, mayTryAt(state, spread, now))) {
    // A relay that was busy for half a minute.
    if (now > 100_000 && now < 130_000) now = 130_000;
    const permit = permitBy(spread, 1_000, now)(state);
    expect(permit.rows).toBe(1_000);
    sent.push(now);
    state = permit.stateAfter?.(1) ?? state;
  }
  const gaps = sent.slice(1).map((time, place) => time - (sent[place] ?? 0));
  expect(Math.min(...gaps)).toBe(2_000);
  const inWindowFrom = (at: number): number => sent.filter((time) => time >= at && time < at + 61_200).length;
  expect(Math.max(...sent.map(inWindowFrom))).toBe(15);
  // 15 in 61.2 s, and what was late is made good.
  expect(sent.length).toBe(150);
});

test('a request counts from when it left, and not from when it was permitted', () => {
  const spread = { perRequest: 1_000, requestsPerMinute: 1, isSpread: true };
  const permit = permitBy(spread, 1_000, 1_000)(fresh);
  const taken = permit.stateAfter?.(1) ?? fresh;
  const sign = { ...quiet, arrived: true, sent_at: 3_000 };
  const state = paceAfter(taken, sign, { now: 4_000, random, permitted_at: 1_000 });
  expect([mayTryAt(taken, spread, 4_000), mayTryAt(state, spread, 4_000)]).toEqual([62_200, 64_200]);
});

test('five batches in a row of which nothing arrived: one row tries after 1, 2, 4 … 60 s', () => {
  let state = fresh;
  for (let time = 0; time < 4; time++) state = after(state, { failed: true }, 0);
  expect(permitBy(limits, 500, 0)(state).rows).toBe(500);
  const waits: number[] = [];
  for (let time = 0; time < 8; time++) {
    state = after(state, { failed: true }, 0);
    waits.push(mayTryAt(state, limits, 0));
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  const probe = permitBy(limits, 500, 60_000)(state);
  expect(probe.rows).toBe(1);
  // Other relays do not try beside it.
  expect(permitBy(limits, 500, 60_001)(probe.stateAfter?.(1) ?? state)).toEqual({ rows: 0 });
});

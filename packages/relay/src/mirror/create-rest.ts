import { setTimeout } from 'node:timers/promises';

/** A full list is taken in and compared with this: ingest is to lose no more than a fifth meanwhile. */
const shareOfOthers = 4;

/** Waits after a piece of work that took so long, in milliseconds. */
export type Rest = (tookMs: number) => Promise<void>;

/**
 * Work that can wait leaves others their share of the event loop: while they keep it busy, each millisecond of it is
 * followed by so many of theirs, and while they do not, it goes on at once.
 */
export function createRest(): Rest {
  let busy = 1;
  return async (tookMs) => {
    const before = performance.eventLoopUtilization();
    await setTimeout(Math.max(1, tookMs * busy * shareOfOthers));
    busy = performance.eventLoopUtilization(before).utilization;
  };
}

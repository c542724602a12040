import type { Clock } from '@tracklayer/core';

/** So much of something in any stretch of `perMs` milliseconds. */
export interface Limit {
  count: number;
  perMs: number;
}

/** What one request uses up of a limit. `key` names the bucket: an identity, the whole app. */
export interface Need {
  key: string;
  amount: number;
  limit: Limit;
}

/** Resolves when a request with these needs may be sent, and counts it as sent. */
export type Pace = (needs: readonly Need[]) => Promise<void>;

interface Bucket {
  spent: { at: number; amount: number }[];
  sum: number;
  perMs: number;
}

interface Waiting {
  needs: readonly Need[];
  go: () => void;
}

/**
 * Holds requests back until their limits allow them, first come, first served per key. A bucket gets each token back
 * `perMs` after it was spent, not little by little: so no stretch of that length ever holds more than `count`.
 */
export function createPace(clock: Pick<Clock, 'monotonic' | 'after'>): Pace {
  const buckets = new Map<string, Bucket>();
  const short = new Set<string>();
  let waiting: Waiting[] = [];
  let cancel: (() => void) | undefined;
  let wakesAt = Infinity;

  function waitFor({ key, amount, limit }: Need, now: number): number {
    const bucket = buckets.get(key);
    if (!bucket) return 0;
    refill(bucket, now);
    let excess = bucket.sum + Math.min(amount, limit.count) - limit.count;
    let wait = 0;
    for (const spent of bucket.spent) {
      if (excess <= 0) break;
      excess -= spent.amount;
      wait = spent.at + limit.perMs - now;
    }
    return wait;
  }

  /** Spends, or says how long that has to wait. */
  function tryNow(needs: readonly Need[], now: number): number {
    let longest = 0;
    for (const need of needs) {
      const wait = waitFor(need, now);
      if (wait > 0) short.add(need.key);
      longest = Math.max(longest, wait);
    }
    if (longest > 0) return longest;
    for (const { key, amount, limit } of needs) {
      const bucket = buckets.get(key) ?? { spent: [], sum: 0, perMs: limit.perMs };
      bucket.spent.push({ at: now, amount });
      bucket.sum += amount;
      // The one used last stands last, so that those to forget are found at the front.
      buckets.delete(key);
      buckets.set(key, bucket);
    }
    forgetIdle(now);
    return 0;
  }

  function forgetIdle(now: number): void {
    for (const [key, bucket] of buckets) {
      refill(bucket, now);
      if (bucket.sum > 0) return;
      buckets.delete(key);
    }
  }

  const isBehindOthers = (needs: readonly Need[]): boolean => needs.some(({ key }) => short.has(key));

  function wakeIn(ms: number): void {
    const at = clock.monotonic() + ms;
    if (at >= wakesAt) return;
    wakesAt = at;
    cancel?.();
    cancel = clock.after(ms, serve, true);
  }

  function serve(): void {
    wakesAt = Infinity;
    short.clear();
    const now = clock.monotonic();
    let soonest = Infinity;
    waiting = waiting.filter(({ needs, go }) => {
      if (isBehindOthers(needs)) return true;
      const wait = tryNow(needs, now);
      if (wait === 0) go();
      else soonest = Math.min(soonest, wait);
      return wait > 0;
    });
    if (soonest < Infinity) wakeIn(soonest);
  }

  return (needs) => {
    const isBehind = isBehindOthers(needs);
    const wait = isBehind ? 0 : tryNow(needs, clock.monotonic());
    if (!isBehind && wait === 0) return Promise.resolve();
    return new Promise((go) => {
      waiting.push({ needs, go });
      if (!isBehind) wakeIn(wait);
    });
  };
}

function refill(bucket: Bucket, now: number): void {
  while (bucket.spent[0] && bucket.spent[0].at + bucket.perMs <= now) {
    bucket.sum -= bucket.spent.shift()?.amount ?? 0;
  }
}

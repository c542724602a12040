import { refusal, type Refusal } from '../problem.ts';

/** Allows so many requests of one caller per second, and as many at once after a second of quiet. */
export interface RequestRate {
  /** Counts one request. Returns the refusal when it is one too many. */
  take(caller: object): Refusal | undefined;
}

interface Allowance {
  left: number;
  at: number;
}

/**
 * A bucket for each caller that fills by the second. It counts what this process answers: behind several relays each
 * allows as much.
 *
 * @param perSecond - requests; nothing for no limit.
 * @param now - milliseconds of a clock that never goes back.
 */
export function createRequestRate(
  perSecond: number | undefined,
  now: () => number = () => performance.now(),
): RequestRate {
  const allowances = new WeakMap<object, Allowance>();

  return {
    take(caller) {
      if (perSecond === undefined) return undefined;
      const at = now();
      const last = allowances.get(caller) ?? { left: perSecond, at };
      const left = Math.min(perSecond, last.left + ((at - last.at) / 1_000) * perSecond);
      if (left >= 1) {
        allowances.set(caller, { left: left - 1, at });
        return undefined;
      }
      allowances.set(caller, { left, at });
      const seconds = Math.max(1, Math.ceil((1 - left) / perSecond));
      return refusal(429, 'too_many_requests', `this key may send ${perSecond} requests per second`, {
        headers: {
          'retry-after': String(seconds),
          // draft-ietf-httpapi-ratelimit-headers: what remains, and when there is more.
          ratelimit: `"key";r=0;t=${seconds}`,
          'ratelimit-policy': `"key";q=${perSecond};w=1`,
        },
      });
    },
  };
}

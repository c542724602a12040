/** Counts requests of one address within one minute. */
export type RateLimit = (ip: string | undefined) => { isOver: boolean; retryAfterMs: number };

const minuteMs = 60_000;
const maxAddresses = 10_000;

/** Fixed windows of a minute: small, bounded, and forgotten as a whole. */
export function createRateLimit(perMinute: number, now: () => number): RateLimit {
  let began = now();
  let counts = new Map<string, number>();
  return (ip = 'unknown') => {
    const time = now();
    if (time >= began + minuteMs) {
      began = time;
      counts = new Map();
    }
    // Addresses beyond those that fit share one count, so that a flood of them costs no memory.
    const address = counts.has(ip) || counts.size < maxAddresses ? ip : 'others';
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return { isOver: count > perMinute, retryAfterMs: began + minuteMs - time };
  };
}

const maxAgeMs = 60_000;
const maxAheadMs = 1_000;
const form = /^\s*ts:(\d{1,15})\s*,\s*hmac:([A-Za-z0-9+/]{43}=)\s*$/;

/** Checks `Heap-Hash`: HMAC-SHA256 over its time and the body's bytes as they came, in constant time. */
export function isSignedByHeap(header: string, body: Uint8Array, secret: string, now: number): boolean {
  const { createHmac, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const [, ts = '', given = ''] = form.exec(header) ?? [];
  if (!ts) return false;
  const expected = createHmac('sha256', secret).update(ts).update(body).digest();
  // The bytes are compared before the time is looked at, so that both take the same road.
  const isGenuine = timingSafeEqual(expected, Buffer.from(given, 'base64'));
  const age = now - Number(ts);
  return isGenuine && age <= maxAgeMs && age >= -maxAheadMs;
}

/** Compares secrets without telling by its time how much of them agrees. */
export function isSameSecret(given: string, secret: string): boolean {
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/** Signatures that were taken lately: each is good once. In this process; it keeps as many as come in a minute. */
export interface UsedSignatures {
  /** `false`: it was used, or is being used. */
  use(header: string, now: number): boolean;
  /** The work failed: Heap may send the same bytes again. */
  release(header: string): void;
}

export function createUsedSignatures(): UsedSignatures {
  const used = new Map<string, number>();
  // One signature can be written in several ways: with spaces, with other last bits.
  const keyOf = (header: string): string => {
    const [, ts = '', hmac = ''] = form.exec(header) ?? [];
    return ts + Buffer.from(hmac, 'base64').toString('base64');
  };
  return {
    use(header, now) {
      for (const [key, at] of used) {
        // A signature may be ahead by a second: it stays good that much longer.
        if (at >= now - maxAgeMs - maxAheadMs) break;
        used.delete(key);
      }
      const key = keyOf(header);
      if (used.has(key)) return false;
      used.set(key, now);
      return true;
    },
    release: (header) => void used.delete(keyOf(header)),
  };
}

const pool = 640;
const digitsPerId = 19;
const variant = '89ab';

/**
 * Makes ids of the form UUIDv7 (RFC 9562 §5.7): the time in milliseconds, then 74 random bits.
 *
 * @param now - wall clock, milliseconds since 1970.
 */
export function createUuid(now: () => number, randomBytes: (length: number) => Uint8Array): () => string {
  // One call for random bytes costs more than the rest of an id, so 67 ids share it.
  let digits = '';
  let at = 0;
  let lastTime = -1;
  let head = '';

  const take = (count: number): string => digits.slice(at, (at += count));

  return () => {
    if (at + digitsPerId > digits.length) {
      digits = Array.from(randomBytes(pool), (byte) => (byte + 256).toString(16).slice(1)).join('');
      at = 0;
    }
    const time = now();
    if (time !== lastTime) {
      lastTime = time;
      const text = Math.max(0, time).toString(16).padStart(12, '0').slice(-12);
      head = `${text.slice(0, 8)}-${text.slice(8)}-7`;
    }
    return `${head}${take(3)}-${variant[parseInt(take(1), 16) & 3]}${take(3)}-${take(12)}`;
  };
}

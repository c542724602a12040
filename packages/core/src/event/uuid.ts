const pool = 640;
const perId = 10;

/**
 * Makes ids of the form UUIDv7 (RFC 9562 §5.7): the time in milliseconds, then 74 random bits.
 *
 * @param now - wall clock, milliseconds since 1970.
 */
export function createUuid(now: () => number, randomBytes: (length: number) => Uint8Array): () => string {
  // One call for random bytes costs more than the rest of an id, so 64 ids share it.
  let bytes: Uint8Array = new Uint8Array();
  let at = 0;
  return () => {
    if (at + perId > bytes.length) {
      bytes = randomBytes(pool);
      at = 0;
    }
    const time = Math.max(0, now()).toString(16).padStart(12, '0').slice(-12);
    let random = '';
    for (let end = at + perId; at < end; at++) random += ((bytes[at] ?? 0) + 256).toString(16).slice(1);
    const variant = ((parseInt(random.charAt(4), 16) & 3) | 8).toString(16);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(1, 4)}-${variant}${random.slice(5, 8)}-${random.slice(8)}`;
  };
}

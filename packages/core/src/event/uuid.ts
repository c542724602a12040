const pool = 640;
const perId = 10;
const hex: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  (byte + 256).toString(16).slice(1),
);
const digit = '0123456789abcdef';
const variant = '89ab';

/**
 * Makes ids of the form UUIDv7 (RFC 9562 §5.7): the time in milliseconds, then 74 random bits.
 *
 * @param now - wall clock, milliseconds since 1970.
 */
export function createUuid(now: () => number, randomBytes: (length: number) => Uint8Array): () => string {
  // One call for random bytes costs more than the rest of an id, so 64 ids share it.
  let bytes: Uint8Array = new Uint8Array();
  let at = 0;
  let lastTime = -1;
  let head = '';

  const byte = (): number => bytes[at++] ?? 0;
  const pair = (): string => hex[byte()] ?? '';

  return () => {
    if (at + perId > bytes.length) {
      bytes = randomBytes(pool);
      at = 0;
    }
    const time = now();
    if (time !== lastTime) {
      lastTime = time;
      const digits = Math.max(0, time).toString(16).padStart(12, '0').slice(-12);
      head = `${digits.slice(0, 8)}-${digits.slice(8)}-7`;
    }
    const third = byte();
    const fourth = byte();
    return `${head}${digit[third & 15]}${pair()}-${variant[fourth >> 6]}${digit[fourth & 15]}${pair()}-${pair()}${pair()}${pair()}${pair()}${pair()}${pair()}`;
  };
}

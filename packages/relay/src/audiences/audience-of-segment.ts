/**
 * The audience of a segment of Heap: its name in lower case, with `_` for anything but letters and digits, and without
 * accents. `Checkout stalled (7 days)` is `checkout_stalled_7_days`. Empty when no letter of a to z and no digit is left.
 */
export const audienceOfSegment = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64)
    .replace(/_+$/, '');

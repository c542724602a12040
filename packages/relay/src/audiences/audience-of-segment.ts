/**
 * The audience of a segment of Heap: its name in lower case, with `_` for whatever is no letter or digit.
 * `Checkout stalled (7 days)` is `checkout_stalled_7_days`.
 */
export const audienceOfSegment = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64);

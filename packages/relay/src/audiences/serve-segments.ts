import type { Call } from '../operation.ts';
import { refusal } from '../problem.ts';

/** `POST /api/heap/segments` (docs/wire.md W-47): the signature on the raw bytes is checked, and stands for a key. */
export function postSegment({ request, mirrors }: Call): Promise<Response> {
  if (!mirrors.segments)
    throw refusal(404, 'not_found', 'this relay takes no segments of Heap; set heap.secret in its config');
  return mirrors.segments(request);
}

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

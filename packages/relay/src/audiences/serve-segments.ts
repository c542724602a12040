import type { Call } from '../operation.ts';
import { refusal } from '../problem.ts';

/** `POST /api/heap/segments` (docs/wire.md W-47): the signature on the raw bytes is checked, and stands for a key. */
export function postSegment({ request, mirrors }: Call): Promise<Response> {
  if (!mirrors.segments)
    throw refusal(
      404,
      'not_found',
      'this relay accepts no segments from Heap; set heap.secret in its config',
    );
  return mirrors.segments(request);
}

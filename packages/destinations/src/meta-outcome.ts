import type { DestinationAnswer, Outcome } from './exchange.ts';
import { byStatus, jsonOf, textOfAnswer } from './read-answer.ts';

const retried = new Set([1, 2, 341, 368, 5000]);
const throttled = new Set([4, 17, 613, 80000, 80003, 80004, 80014]);
const broken = new Set([102, 190, 200, 294]);
// 2635: the API version is over.
const settled = new Set([2635, 2655, 1487366, 1713230]);
const blockedMs = 15 * 60_000;

/** What Meta's `error` means, by its code. */
export function metaOutcome(answer: DestinationAnswer): Outcome {
  const error = jsonOf(answer)?.['error'];
  if (typeof error !== 'object' || error === null) return byStatus(answer);
  const { code, error_subcode, is_transient, fbtrace_id } = error as Readonly<Record<string, unknown>>;
  return {
    ...classOf(Number(code), Number(error_subcode), is_transient === true, answer),
    detail: textOfAnswer(answer),
    ...(typeof fbtrace_id === 'string' && { ref: fbtrace_id }),
  };
}

function classOf(code: number, subcode: number, isTransient: boolean, answer: DestinationAnswer): Outcome {
  if (throttled.has(code)) return { class: 'throttle', afterMs: 60_000 };
  if (code === 368) return { class: 'retry', afterMs: blockedMs };
  if (retried.has(code) || isTransient || answer.status >= 500) return { class: 'retry' };
  if (broken.has(code)) return { class: 'auth_broken' };
  // 100 with 33: the dataset or audience does not exist, or this token may not see it.
  if (settled.has(code) || (code === 100 && subcode === 33)) return { class: 'config' };
  if (code === 100 || code === 2650) return { class: 'reject' };
  return byStatus(answer);
}

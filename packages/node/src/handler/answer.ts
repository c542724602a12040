import { inWords, type Verdict } from '@tracklayer/core';
import type { Answer } from '@tracklayer/core/adapter';
import { problem, unavailable } from './problem.ts';

/** A verdict as a page reads it; an id that can't be shown is `null`. */
export type PageVerdict = Omit<Verdict, 'event_id'> & {
  event_id: string | null;
  merged?: boolean | undefined;
};

/**
 * The relay's verdicts on the messages that were passed on, or the answer to the whole request when there are none.
 * A message without a verdict is one that the page keeps (docs/wire.md W-9, W-21).
 */
export function readVerdicts(answer: Answer, ids: readonly string[]): readonly PageVerdict[] | Response {
  switch (answer.type) {
    case 'verdicts':
      return ids.map((event_id, place) => pageVerdict(event_id, answer.verdicts[place]));
    case 'too_large':
      return problem(413, 'body_too_large', 'the relay takes no request of this size');
    case 'bad_request':
      if (answer.invalid_event && ids.length === 1) {
        const { errors } = answer;
        return [{ event_id: ids[0] ?? null, status: 'rejected', code: 'invalid_event', errors }];
      }
      break;
    default:
  }
  const retryAfterMs = answer.type === 'later' ? answer.retryAfterMs : undefined;
  return unavailable(
    'relay_unavailable',
    'the events are not stored yet; send the same request again',
    retryAfterMs,
  );
}

function pageVerdict(event_id: string, given: Verdict | undefined): PageVerdict {
  if (!given) return { event_id, status: 'retry' };
  const { status, conflict, code, errors, merged } = given as PageVerdict;
  return { event_id, status, conflict, code, errors, merged };
}

/** One verdict a message, in the request's order: alone by W-11, in a batch by W-12. */
export function answerVerdicts(verdicts: readonly PageVerdict[], isBatch: boolean): Response {
  if (isBatch) return Response.json({ results: verdicts });
  const [verdict] = verdicts;
  if (verdict?.status === 'rejected') {
    const { errors = [] } = verdict;
    return problem(422, 'invalid_event', errors.map(inWords).join('; ') || 'the relay refused the event', {
      errors,
    });
  }
  if (!verdict || verdict.status === 'retry') {
    return unavailable('relay_unavailable', 'the event is not stored yet; send the same request again');
  }
  return Response.json(verdict);
}

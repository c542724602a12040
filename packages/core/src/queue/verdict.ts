import type { Verdict } from '../event/event.ts';
import { inWords, type Problem } from '../event/problem.ts';
import type { Outcome } from './stats.ts';

/** What a verdict makes of its message; `undefined` when it goes again (docs/wire.md W-21). */
export function outcomeOf(verdict: Verdict | undefined): Outcome | undefined {
  if (!verdict || verdict.status === 'retry') return undefined;
  const { status, conflict, errors, code } = verdict;
  if (status === 'rejected') return givenUp(status, errors, code);
  return { status: status === 'accepted' ? 'delivered' : status, ...(conflict && { conflict }) };
}

/** A message that is given up, with what the server said of it. */
export function givenUp(
  reason: 'rejected' | 'too_large',
  problems?: readonly Problem[],
  code?: string,
): Outcome {
  const detail = code && code !== 'invalid_event' ? code : problems?.map(inWords).join('; ');
  return { status: 'dropped', reason, ...(detail && { detail }), ...(problems && { problems }) };
}

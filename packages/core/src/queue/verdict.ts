import type { Verdict } from '../event/event.ts';
import { inWords, type Problem } from '../event/problem.ts';
import type { Outcome } from './stats.ts';

/** What a verdict makes of its message; `undefined` when it goes again (docs/wire.md W-21). */
export function outcomeOf(verdict: Verdict | undefined): Outcome | undefined {
  switch (verdict?.status) {
    case 'accepted':
      return verdict.conflict ? { status: 'delivered', conflict: true } : { status: 'delivered' };
    case 'duplicate':
      return verdict.conflict ? { status: 'duplicate', conflict: true } : { status: 'duplicate' };
    case 'rejected':
      return givenUp('rejected', verdict.errors, verdict.code);
    default:
      return undefined;
  }
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

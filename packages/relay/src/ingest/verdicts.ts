import { inWords, type Problem, type Verdict } from '@tracklayer/core';
import { problem } from '../problem.ts';
import type { RefusedMessage } from './read-messages.ts';

/** A verdict as it is answered; an id that cannot be shown, or that an identify never had, is `null`. */
export type AnsweredVerdict = Omit<Verdict, 'event_id'> & { event_id: string | null; merged?: boolean };

/** The verdict on a message that breaks the contract (docs/wire.md W-12). */
export function rejected({ event_id, errors }: RefusedMessage): AnsweredVerdict {
  return { event_id, status: 'rejected', code: 'invalid_event', errors };
}

/** One verdict a message, in the request's order: alone by W-11, in a batch by W-12. */
export function answer(verdicts: readonly AnsweredVerdict[], isBatch: boolean): Response {
  if (isBatch) return Response.json({ results: verdicts });
  const [verdict] = verdicts;
  if (verdict?.status !== 'rejected')
    return Response.json({ ...verdict, event_id: verdict?.event_id ?? undefined });
  return problem(422, 'invalid_event', summary(verdict.errors ?? []), { errors: verdict.errors });
}

const summary = (errors: readonly Problem[]): string => errors.map(inWords).join('; ');

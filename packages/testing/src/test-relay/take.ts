import type { MessageKind, Problem, Verdict } from '@tracklayer/core';
import type { Counted } from '@tracklayer/core/adapter';
import type { AnyMessage } from './decode-request.ts';

/** A verdict as it is answered: an id that nobody gave is `null`, an identify says whether it merged. */
export type TestVerdict = Omit<Verdict, 'event_id'> & { event_id: string | null; merged?: boolean };

/** Counts a message that keeps the contract; one that breaks it is refused with what is wrong with it. */
export function take(
  counted: Counted,
  kind: MessageKind,
  message: AnyMessage,
  problems: readonly Problem[],
): TestVerdict {
  if (problems.length > 0) {
    const { event_id } = message ?? {};
    return {
      event_id: typeof event_id === 'string' ? event_id : null,
      status: 'rejected',
      code: 'invalid_event',
      errors: problems,
    };
  }
  const { event_id = null, ...verdict } = counted.take(kind, message);
  return { event_id, ...verdict };
}

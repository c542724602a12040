import { inWords, type Problem } from './event/problem.ts';
import type { Message } from './queue/message.ts';
import type { DropReason } from './queue/stats.ts';

/** What is kept of a message, but for its place in the queue; or why there is none. */
export type Prepared =
  | {
      message: Message;
      /** Its id is made from a business key, or was given: the ledger knows it. */
      isNamed: boolean;
      /** It carries a consent snapshot of its own. */
      hasConsent: boolean;
    }
  | { reason: DropReason; detail: string; name?: string | undefined; problems?: readonly Problem[] };

export const refused = (name: string | undefined, problems: readonly Problem[]): Prepared => {
  const detail = problems.map(inWords).join('; ');
  return {
    reason: problems.some(({ code }) => code === 'too_large') ? 'too_large' : 'invalid_event',
    detail: name ? `${name}: ${detail}` : detail,
    name,
    problems,
  };
};

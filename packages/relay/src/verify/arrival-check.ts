import type { Trace } from '../trace/trace.ts';
import type { Expectation } from './expectation.ts';
import { failed, hopOf, ok } from './seen.ts';
import type { Check } from './verification.ts';

/** Whether the event came to the relay; if not, where it stopped before. */
export function arrivalCheck(trace: Trace, { event, user_id, isUserUnknown }: Expectation): Check {
  const copies = hopOf(trace, 'copies');
  if (copies?.verdict === 'ok' || copies?.value['status'] === 'accepted') {
    return ok('arrival', `${trace.event_id} at ${copies.at ?? 'an unknown time'}`);
  }
  if (copies?.verdict === 'failed') return failed('arrival', 'rejected', copies.detail, copies.advice);
  const [heap, registry] = [hopOf(trace, 'heap'), hopOf(trace, 'registry')];
  if (heap?.verdict === 'failed') return failed('arrival', 'label_renamed', heap.detail, heap.advice);
  if (registry?.verdict === 'failed')
    return failed('arrival', 'not_approved', registry.detail, registry.advice);
  const open = { check: 'arrival', verdict: 'waiting' } as const;
  return isUserUnknown
    ? {
        ...open,
        word: 'user_unknown',
        seen: `no event of ${user_id} has arrived yet`,
        advice: `check that ${user_id} is the user_id that your app passes, and that page and server send to this relay`,
      }
    : {
        ...open,
        word: 'not_arrived',
        seen: `no ${event} of ${user_id} has arrived yet`,
        advice: copies?.advice,
      };
}

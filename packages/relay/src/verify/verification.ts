import type { Trace } from '../trace/trace.ts';

/** What came of a verification, in all. */
export interface Verification {
  /** `good`: every check holds. `waiting`: none fails, and some are still open. `failed`: one fails. */
  status: 'good' | 'waiting' | 'failed';
  event: string;
  /** Nothing while no event came. */
  event_id: string | null;
  user_id: string;
  checks: readonly Check[];
  /** The event's way, as the relay tells it; nothing while no event came. */
  trace: Trace | null;
  /** Where the calls of Heap on the page were written; with `page` only. */
  recording?: string | undefined;
}

/** One thing that must hold. The guide's four are `user_id`, `business_id`, `event_id` and `downstream`. */
export interface Check {
  check: CheckName;
  verdict: 'ok' | 'failed' | 'waiting';
  /** Why it does not hold, as a stable word; absent when it does. */
  word?: CheckWord | undefined;
  /** What was seen, for a person to read. */
  seen: string;
  /** What to change, and where. */
  advice?: string | undefined;
}

export type CheckName =
  | 'arrival'
  | 'user_id'
  | 'business_id'
  | 'event_id'
  | 'downstream'
  | 'timestamp'
  | 'consent'
  | 'value';

export type CheckWord =
  /** Nothing came yet. */
  | 'not_arrived'
  /** Nothing came, and nothing else of this user is known either. */
  | 'user_unknown'
  /** It came and breaks the contract. */
  | 'rejected'
  /** Heap's label is not the one that the registry names. */
  | 'label_renamed'
  /** The registry's entry is a draft, or over. */
  | 'not_approved'
  | 'heap_not_loaded'
  | 'page_covered'
  | 'user_differs'
  | 'user_not_identified'
  | 'business_id_missing'
  | 'business_id_differs'
  /** The same business id makes another id here. */
  | 'event_id_differs'
  /** Two events under different ids have one business id. */
  | 'two_candidates'
  /** Two different things have one id. */
  | 'event_id_too_coarse'
  | 'repeat_counted'
  | 'not_accepted'
  | 'still_pending'
  | 'no_destination'
  | 'time_differs'
  | 'clock_off'
  | 'consent_denied'
  | 'consent_missing'
  | 'value_differs'
  | 'value_missing';

/** The worst of all checks. */
export function statusOf(checks: readonly Check[]): Verification['status'] {
  if (checks.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return checks.some(({ verdict }) => verdict === 'waiting') ? 'waiting' : 'good';
}

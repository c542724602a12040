import type { Problem } from '../event/problem.ts';

/** Why a message was given up. Every one is counted in `stats().dropped` and told to `onDrop`. */
export type DropReason =
  /** It breaks the contract: unknown name, missing or mistyped property, no person, no id (wire W-3, W-6, W-10, W-19). */
  | 'invalid_event'
  /** Over the limits of wire §7, or a 413 for it alone (W-25). */
  | 'too_large'
  /** The queue is at `maxQueueEvents` or `maxQueueBytes`; the newest is dropped. */
  | 'queue_full'
  /** The server refused this event (W-21, W-26). */
  | 'rejected'
  /** Older than `maxEventAgeMs` (W-29). */
  | 'expired'
  /** Consent was refused or withdrawn, or never given before the limit of waiting events. */
  | 'consent'
  /** The app's `beforeSend` returned `null`. */
  | 'before_send'
  /** Captured after `close()`, or still undelivered when `close()` gave up and nothing durable held it. */
  | 'closed';

/** What became of a message in the end. */
export type Outcome =
  | { status: 'delivered'; conflict?: true | undefined }
  | { status: 'duplicate'; conflict?: true | undefined }
  | {
      status: 'dropped';
      reason: DropReason;
      detail?: string | undefined;
      /** What is wrong with it, field by field, as the client found or the server said. */
      problems?: readonly Problem[] | undefined;
    };

/** `captured = delivered + duplicate + dropped + pending`, at any instant (P-1). */
export interface Stats {
  captured: number;
  delivered: number;
  duplicate: number;
  dropped: Partial<Record<DropReason, number>>;
  pending: number;
}

/** What became of everything that was captured before a flush began. */
export type FlushResult = Omit<Stats, 'captured'>;

/** Counts outcomes as they fall; the law of P-1 holds between any two calls. */
export interface Counts {
  captured(): void;
  final(outcome: Outcome): void;
  read(): Stats;
}

export function createCounts(): Counts {
  const stats: Stats = { captured: 0, delivered: 0, duplicate: 0, dropped: {}, pending: 0 };
  return {
    captured() {
      stats.captured++;
      stats.pending++;
    },
    final(outcome) {
      stats.pending--;
      count(stats, outcome);
    },
    read: () => ({ ...stats, dropped: { ...stats.dropped } }),
  };
}

/** Adds one outcome to `delivered`, `duplicate` or its reason under `dropped`. */
function count(into: FlushResult, outcome: Outcome): void {
  if (outcome.status === 'dropped') into.dropped[outcome.reason] = (into.dropped[outcome.reason] ?? 0) + 1;
  else into[outcome.status]++;
}

/** The flushes that wait: each ends when everything captured before it is final, or by its own time limit. */
export interface Flushes {
  /** @param isDone - nothing is left to wait for at once. @param limit - starts the time limit; returns what cancels it. */
  begin(
    soFar: FlushResult,
    upTo: number,
    isDone: () => boolean,
    limit: (end: () => void) => () => void,
  ): Promise<FlushResult>;
  final(seq: number, outcome: Outcome): void;
}

export function createFlushes(): Flushes {
  const waiting = new Set<(seq: number, outcome: Outcome) => void>();
  return {
    begin(result, upTo, isDone, limit) {
      if (isDone()) return Promise.resolve(result);
      return new Promise((resolve) => {
        const end = (): void => {
          cancel();
          waiting.delete(onFinal);
          resolve(result);
        };
        const cancel = limit(end);
        const onFinal = (seq: number, outcome: Outcome): void => {
          if (seq > upTo) return;
          result.pending--;
          count(result, outcome);
          if (result.pending === 0 || isDone()) end();
        };
        waiting.add(onFinal);
      });
    },
    final(seq, outcome) {
      for (const onFinal of waiting) onFinal(seq, outcome);
    },
  };
}

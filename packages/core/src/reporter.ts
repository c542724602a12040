import { TrackLayerError, type ErrorCode } from './errors.ts';
import type { CallbackOptions, Conflict, Drop } from './options.ts';

/** Reports to the app what it asked to hear, and lets nothing of the app's come back as an error. */
export interface Reporter {
  /** Something that is not about one event: reported once a minute for each code. */
  report(code: ErrorCode, detail: string, cause?: unknown): void;
  /** Calls what the app gave us; it must hurt neither the app nor us. */
  attempt<Result>(work: () => Result): Result | undefined;
  drop(drop: Drop): void;
  conflict(conflict: Conflict): void;
}

const intervalMs = 60_000;

/** Without a callback, its reports are warnings on the console, one for each kind and minute. */
export function createReporter(
  { onDrop, onConflict, onError }: CallbackOptions,
  monotonic: () => number,
): Reporter {
  const reportedAt = new Map<string, number>();

  /** Whether this kind was not reported within the last minute; now it is. */
  function isDue(kind: string): boolean {
    const now = monotonic();
    if (now < (reportedAt.get(kind) ?? -intervalMs) + intervalMs) return false;
    reportedAt.set(kind, now);
    return true;
  }

  function warn(kind: string, text: string): void {
    if (isDue(kind)) console.warn(`TrackLayer ${text}`);
  }

  function report(code: ErrorCode, detail: string, cause?: unknown): void {
    if (!isDue(code)) return;
    const error = new TrackLayerError(code, detail, { cause });
    try {
      if (onError) onError(error);
      else console.warn(`TrackLayer ${error.message}`);
    } catch {
      // Nobody is left to tell.
    }
  }

  function attempt<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (cause) {
      report('callback', 'a callback or storage of the app threw', cause);
      return undefined;
    }
  }

  return {
    report,
    attempt,
    drop(drop) {
      if (onDrop) attempt(() => onDrop(drop));
      // What the app drops by itself is no news to it.
      else if (drop.reason !== 'before_send') {
        const { event = 'an event', reason, detail } = drop;
        warn(reason, `[dropped] ${event}: ${reason}${detail ? `, ${detail}` : ''}. onDrop reports each one`);
      }
    },
    conflict(conflict) {
      if (onConflict) attempt(() => onConflict(conflict));
      else
        warn(
          'conflict',
          `[conflict] ${conflict.event} arrived again with the same event_id and different content`,
        );
    },
  };
}

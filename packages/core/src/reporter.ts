import { attempt as quietly } from './event/attempt.ts';
import { TrackLayerError, type ErrorCode } from './errors.ts';
import type { CallbackOptions, Conflict, Drop } from './options.ts';

/** Reports to the app what it asked to hear, and lets nothing of the app's come back as an error. */
export interface Reporter {
  /**
   * Something that is not about one event: reported once a minute for each code and subject.
   *
   * @param subject - what it is about. Default: `detail`, so one whose detail counts or quotes needs one.
   */
  report(code: ErrorCode, detail: string, cause?: unknown, subject?: string): void;
  /** Calls what the app gave us; it must hurt neither the app nor us. */
  attempt<Result>(work: () => Result): Result | undefined;
  drop(drop: Drop): void;
  conflict(conflict: Conflict): void;
}

const minuteMs = 60_000;
/** Subjects of a minute: a flood of mistakes stops there, and what has no subject is reported all the same. */
const maxSubjects = 20;

/** Without a callback, its reports are warnings on the console, one a minute for each kind and subject. */
export function createReporter(
  { onDrop, onConflict, onError }: CallbackOptions,
  monotonic: () => number,
): Reporter {
  const reportedAt = new Map<string, number>();

  /** Whether this was not reported within the last minute; now it is. */
  function isDue(what: string, isOneOfMany = true): boolean {
    const now = monotonic();
    for (const [known, at] of reportedAt) if (now >= at + minuteMs) reportedAt.delete(known);
    const isFull = isOneOfMany && reportedAt.size >= maxSubjects;
    return !isFull && !reportedAt.has(what) && !!reportedAt.set(what, now);
  }

  function warn(text: string): void {
    if (isDue(text)) console.warn(`TrackLayer ${text}`);
  }

  function report(code: ErrorCode, detail: string, cause?: unknown, subject = detail): void {
    if (!isDue(subject || code, !!subject)) return;
    const error = new TrackLayerError(code, detail, { cause });
    // Where it throws, nobody is left to tell.
    quietly(() => (onError ? onError(error) : console.warn(`TrackLayer ${error.message}`)));
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
        warn(`[dropped] ${event}: ${reason}${detail ? `, ${detail}` : ''}. onDrop reports each one`);
      }
    },
    conflict(conflict) {
      if (onConflict) attempt(() => onConflict(conflict));
      else warn(`[conflict] ${conflict.event} arrived again with the same event_id and different content`);
    },
  };
}

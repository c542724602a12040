import { TrackLayerError, type ErrorCode } from './errors.ts';
import type { CallbackOptions, Conflict, Drop } from './options.ts';

/** Tells the app what it asked to hear, and lets nothing of the app's come back as an error. */
export interface Reporter {
  /** Something that is not about one event: told once a minute for each code. */
  report(code: ErrorCode, detail: string, cause?: unknown): void;
  /** Calls what the app gave us; it must hurt neither the app nor us. */
  attempt<Result>(work: () => Result): Result | undefined;
  drop(drop: Drop): void;
  conflict(conflict: Conflict): void;
}

const intervalMs = 60_000;

export function createReporter(
  { onDrop, onConflict, onError }: CallbackOptions,
  monotonic: () => number,
): Reporter {
  const toldAt = new Map<string, number>();

  function report(code: ErrorCode, detail: string, cause?: unknown): void {
    const now = monotonic();
    if (now < (toldAt.get(code) ?? -intervalMs) + intervalMs) return;
    toldAt.set(code, now);
    try {
      onError?.(new TrackLayerError(code, detail, { cause }));
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
    drop: (drop) => onDrop && attempt(() => onDrop(drop)),
    conflict: (conflict) => onConflict && attempt(() => onConflict(conflict)),
  };
}

import type { Clock } from '../platform.ts';

/** One timer that rings at the earliest of the times it was set to. */
export interface Timer {
  readonly isSet: boolean;
  wakeIn(ms: number): void;
  /** For good. */
  stop(): void;
}

export function createTimer(clock: Clock, ring: () => void): Timer {
  let at = Infinity;
  let cancel: (() => void) | undefined;
  return {
    get isSet() {
      return at < Infinity;
    },
    wakeIn(ms) {
      const then = clock.monotonic() + ms;
      if (then >= at) return;
      cancel?.();
      at = then;
      cancel = clock.after(ms, () => {
        at = Infinity;
        ring();
      });
    },
    stop() {
      cancel?.();
      at = -Infinity;
    },
  };
}

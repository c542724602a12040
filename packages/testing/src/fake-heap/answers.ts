import type { Method } from './heap-window.ts';

const pollMs = 200;
const longestPollMs = 3_000;

/**
 * SDK 5's questions by method: answered at once, and to a callback as soon as the library knows its user, asked every
 * 200 ms for three seconds. A stranger's identity is `null`.
 */
export interface Answers {
  of(read: () => string | null): Method;
  stop(): void;
}

export function createAnswers(isKnown: () => boolean): Answers {
  const timers = new Set<ReturnType<typeof setInterval>>();

  function tell(read: () => string | null, callback: (value: string | null) => void): void {
    let leftMs = longestPollMs;
    const ask = (): void => {
      leftMs -= pollMs;
      if (!isKnown() && leftMs >= 0) return;
      clearInterval(timer);
      timers.delete(timer);
      if (isKnown()) callback(read());
    };
    const timer = setInterval(ask, pollMs);
    timers.add(timer);
    ask();
  }

  return {
    of: (read) => (callback) => {
      if (typeof callback === 'function') tell(read, callback as (value: string | null) => void);
      return isKnown() ? read() : null;
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

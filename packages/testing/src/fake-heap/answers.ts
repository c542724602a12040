import type { Method } from './heap-window.ts';

const pollMs = 200;
const longestPollMs = 3_000;

/** SDK 5's questions by method: answered at once, and to a callback when there is something to tell within three seconds. */
export interface Answers {
  of(read: () => string | null): Method;
  stop(): void;
}

export function createAnswers(): Answers {
  const timers = new Set<ReturnType<typeof setInterval>>();

  function tell(read: () => string | null, callback: (value: string) => void): void {
    let leftMs = longestPollMs;
    const ask = (): void => {
      const value = read();
      leftMs -= pollMs;
      if (value === null && leftMs >= 0) return;
      clearInterval(timer);
      timers.delete(timer);
      if (value !== null) callback(value);
    };
    const timer = setInterval(ask, pollMs);
    timers.add(timer);
    ask();
  }

  return {
    of: (read) => (callback) => {
      if (typeof callback === 'function') tell(read, callback as (value: string) => void);
      return read();
    },
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

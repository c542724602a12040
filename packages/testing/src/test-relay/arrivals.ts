/** Waits for something to arrive, woken by arrivals and not by a clock. */
export interface Arrivals {
  /** Something arrived: whoever waits looks again. */
  tell(): void;
  until(check: () => boolean, timeoutMs: number): Promise<boolean>;
}

// Taken before a test installs fake timers, under which a failing wait would never end.
const { setTimeout, clearTimeout } = globalThis;

export function createArrivals(): Arrivals {
  const waiting = new Set<() => void>();
  return {
    tell() {
      for (const look of waiting) look();
    },
    until(check, timeoutMs) {
      if (check()) return Promise.resolve(true);
      return new Promise((resolve) => {
        const end = (isThere: boolean): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(isThere);
        };
        const look = (): void => {
          if (check()) end(true);
        };
        const timer = setTimeout(() => end(check()), timeoutMs);
        waiting.add(look);
      });
    },
  };
}

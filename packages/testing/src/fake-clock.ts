import type { Clock } from '@tracklayer/core';

/** A clock that moves only when told. */
export interface FakeClock extends Clock {
  /** Moves on by `ms` milliseconds and runs what falls due, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as a person or a time server does. */
  setWallClock(time: number | Date): void;
}

interface Timer {
  at: number;
  work: () => void;
}

// Taken before a test installs fake timers.
const { setTimeout } = globalThis;

/**
 * A clock for a client's platform.
 *
 * @param start - the wall clock at first. Default 2026-01-01 00:00 UTC.
 * @example
 * const clock = fakeClock();
 * const client = createClient({ transport, platform: { ...defaultPlatform(), clock } });
 * await clock.advance(60_000);
 */
export function fakeClock(start: number | Date = Date.UTC(2026, 0, 1)): FakeClock {
  let wall = Number(start);
  let elapsed = 0;
  const timers = new Set<Timer>();

  function move(to: number): void {
    wall += to - elapsed;
    elapsed = to;
  }

  return {
    now: () => wall,
    monotonic: () => elapsed,
    after(ms, work) {
      const timer = { at: elapsed + Math.max(0, ms), work };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    setWallClock(time) {
      wall = Number(time);
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].toSorted((a, b) => a.at - b.at);
        if (!next || next.at > until) break;
        timers.delete(next);
        move(next.at);
        next.work();
        await settle();
      }
      move(until);
    },
  };
}

/** One turn of the event loop: every promise that can settle by itself has done so. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

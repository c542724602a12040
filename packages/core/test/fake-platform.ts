import type { Platform } from '@tracklayer/core';

interface Timer {
  at: number;
  work: () => void;
}

/** A platform whose clock moves only when told, with randomness that can be fixed. */
export interface FakePlatform extends Platform {
  /** Moves both clocks on and runs what falls due, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as a person or a time server does. */
  setWallClock(ms: number): void;
  /** What a kill does. */
  forgetTimers(): void;
  readonly timers: number;
}

export function createFakePlatform({ random = () => 0.5 }: { random?: () => number } = {}): FakePlatform {
  let elapsed = 0;
  let wall = Date.parse('2026-11-23T10:15:30.123Z');
  const timers = new Set<Timer>();
  return {
    clock: {
      now: () => wall,
      monotonic: () => elapsed,
      after(ms, work) {
        const timer = { at: elapsed + Math.max(0, ms), work };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    random,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    byteLength: (text) => Buffer.byteLength(text),
    get timers() {
      return timers.size;
    },
    forgetTimers() {
      timers.clear();
    },
    setWallClock(ms) {
      wall = ms;
    },
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (;;) {
        const next = [...timers].toSorted((a, b) => a.at - b.at)[0];
        if (!next || next.at > until) break;
        timers.delete(next);
        wall += next.at - elapsed;
        elapsed = next.at;
        next.work();
        await settle();
      }
      wall += until - elapsed;
      elapsed = until;
    },
  };
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

import type { Platform } from './platform.ts';

/** Timers count milliseconds in 32 bits: what is longer rings at once. */
export const longestTimerMs = 2_147_483_647;
const isAscii = /^[\0-\x7f]*$/;

/** What every JavaScript runtime with web APIs has: its clocks, randomness and timers. Memory only. */
export function defaultPlatform(): Platform {
  const encoder = new TextEncoder();
  return {
    clock: {
      now: () => Date.now(),
      monotonic: () => performance.now(),
      after(ms, work, keepsAlive) {
        const timer: unknown = setTimeout(work, Math.min(ms, longestTimerMs));
        // Node's timers are objects that can let the process end; elsewhere they are numbers.
        if (!keepsAlive) (timer as { unref?: () => void }).unref?.();
        return () => clearTimeout(timer as number);
      },
    },
    random: Math.random,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    // Most text is ASCII, where a test is a fraction of an encoding.
    byteLength: (text) => (isAscii.test(text) ? text.length : encoder.encode(text).byteLength),
  };
}

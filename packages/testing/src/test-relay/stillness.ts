import type { Witnesses } from '../witness/testimony.ts';
import type { Arrivals } from './arrivals.ts';

/** Waits for what clients have yet to send, or until they have nothing left to send. */
export interface Stillness {
  until(check: () => boolean, arrivals: Arrivals, timeoutMs?: number): Promise<boolean>;
  settled(timeoutMs?: number): Promise<boolean>;
}

// Below the 5 s that vitest, Jest and Playwright give a test or an expectation.
const waitMs = 4_000;
/** How often clients are asked again: an app may capture at any time. */
const lookMs = 25;
const quietMs = 100;

// Taken before a test installs fake timers, under which a failing wait would never end.
const { setTimeout } = globalThis;
const now = performance.now.bind(performance);
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

const remaining = (end: number): number => Math.max(0, Math.min(lookMs, end - now()));

export function createStillness(
  { flush, testify }: Witnesses,
  relay: () => { answering: number; arrived: number },
): Stillness {
  return {
    async until(check, arrivals, timeoutMs = waitMs) {
      const end = now() + timeoutMs;
      do {
        if (check()) return true;
        await flush();
        if (await arrivals.until(check, remaining(end))) return true;
      } while (now() < end);
      return check();
    },
    async settled(timeoutMs = waitMs) {
      const end = now() + timeoutMs;
      let still = now();
      let seen = '';
      for (;;) {
        await flush();
        const { captured, pending, awaitingConsent } = await testify();
        const { answering, arrived } = relay();
        const isBusy = answering > 0 || pending > awaitingConsent;
        const state = `${captured} ${arrived} ${isBusy}`;
        if (isBusy || state !== seen) still = now();
        seen = state;
        if (now() - still >= quietMs) return true;
        if (now() >= end) return false;
        await pause(remaining(end));
      }
    },
  };
}

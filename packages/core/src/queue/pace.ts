import { fullJitter } from './retry.ts';

/** When the next request may go, by what the last ones met (docs/wire.md W-24, W-27). Times are monotonic milliseconds. */
export interface Pace {
  /** The set-up is wrong: one request at a time, to see whether it still is. */
  readonly isHeld: boolean;
  /** How many failures in a row. */
  readonly failures: number;
  /** How long to wait yet; `0`: not at all. */
  wait(): number;
  /** The same for a page that is left: only the server's own word counts. */
  serverWait(): number;
  /** A request that began at `startedAt` failed; `retryAfterMs`: the server asked for a pause. */
  failed(startedAt: number, retryAfterMs?: number): void;
  /** A request that began at `startedAt` met a wrong set-up. */
  hold(startedAt: number): void;
  /** The server took messages. */
  succeeded(): void;
  /** The network is back: our own waits are over. */
  hurry(): void;
}

const probesAfterMs = [2_000, 5_000, 15_000, 30_000, 60_000];

export function createPace(now: () => number, random: () => number): Pace {
  let isHeld = false;
  let failures = 0;
  /** Requests that were under way at the last failure fail together with it, and count once. */
  let failedAt = -1;
  let resumeAt = 0;
  let serverResumesAt = 0;

  function count(startedAt: number): number {
    failures = startedAt >= failedAt ? failures + 1 : Math.max(failures, 1);
    failedAt = now();
    return failures;
  }

  return {
    get isHeld() {
      return isHeld;
    },
    get failures() {
      return failures;
    },
    wait: () => Math.max(resumeAt, serverResumesAt) - now(),
    serverWait: () => serverResumesAt - now(),
    failed(startedAt, retryAfterMs) {
      const backoff = fullJitter(count(startedAt), random);
      // `Retry-After: 0` is no invitation to hammer: backoff then, too.
      if (retryAfterMs) serverResumesAt = Math.max(serverResumesAt, now() + retryAfterMs);
      else resumeAt = Math.max(resumeAt, now() + backoff);
    },
    hold(startedAt) {
      if (!isHeld) failures = 0;
      isHeld = true;
      resumeAt = now() + probesAfterMs[Math.min(count(startedAt), probesAfterMs.length) - 1]!;
    },
    succeeded() {
      isHeld = false;
      failures = 0;
    },
    hurry() {
      resumeAt = 0;
    },
  };
}

import { longestTimerMs } from '@tracklayer/core/adapter';

/** Aborts after so many milliseconds. It takes whole ones only; a limit that no timer can hold, such as `Infinity`, is none. */
export const timeLimit = (ms: number): AbortSignal =>
  AbortSignal.timeout(Math.min(Math.ceil(ms), longestTimerMs));

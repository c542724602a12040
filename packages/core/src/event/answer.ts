import type { Verdict } from './event.ts';
import type { Problem } from './problem.ts';

/** An answer by the rules of docs/wire.md §5: what it means for the messages of one request. */
export type Answer =
  /** One verdict a message, in the request's order; `undefined` where the answer has none (W-21, W-22). */
  | { type: 'verdicts'; verdicts: readonly (Verdict | undefined)[] }
  /** A 2xx that no server of ours wrote: a captive portal, a proxy, a truncated body (W-22, W-28). */
  | { type: 'no_verdict'; status: number }
  /** No complete answer came (W-23); `cause` is an Error whose message says why. */
  | { type: 'unreachable'; cause?: unknown }
  /** Again later: 408, 425, 429 and every 5xx (W-24). */
  | { type: 'later'; status: number; retryAfterMs?: number | undefined }
  | { type: 'too_large' }
  /** 400 or 422 for the whole request; `invalid_event` when the server says so in problem+json (W-26). */
  | {
      type: 'bad_request';
      status: number;
      invalid_event: boolean;
      /** The body travelled compressed. */
      compressed: boolean;
      /** The server's own words. */
      detail?: string | undefined;
      errors?: readonly Problem[] | undefined;
    }
  /** 415: perhaps it does not read compressed bodies (W-26). */
  | { type: 'unsupported' }
  /** The set-up is wrong, the data is not (W-27). */
  | { type: 'setup'; status: number; detail?: string | undefined };

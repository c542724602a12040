import type { Problem } from './event/problem.ts';

/** A word to branch on and to search for. It stands first in the message too. */
export type ErrorCode =
  /** Wrong options or registry, thrown while being set up. */
  | 'invalid_options'
  | 'invalid_registry'
  /** An event that breaks the contract; thrown only with `strict`. */
  | 'invalid_event'
  /** The server's answers say that the set-up is wrong: key, path, permissions (docs/wire.md W-27). */
  | 'setup'
  /** The relay does not answer, or cannot at the moment (W-23, W-24). */
  | 'unreachable'
  /** The client or its process ended before everything was delivered. */
  | 'undelivered'
  /** A consent decision could not be read (W-10). */
  | 'consent'
  /** A 2xx without a verdict for the event: a proxy or captive portal answered (W-22). */
  | 'no_verdict'
  /** Something personal could not be hashed, or stood where it may not, and was left out (W-18). */
  | 'personal_data'
  /** A property that JSON cannot hold, or of a wrong type, was left out of an event that does not need it. */
  | 'left_out'
  /** Storage could not be used; messages are kept in memory. */
  | 'storage'
  /** Heap refused or did not answer, or what it says cannot be used. */
  | 'heap'
  /** A callback of the app threw. */
  | 'callback';

/** The only error class. Told apart by `code`; see {@link isTrackLayerError}. */
export class TrackLayerError extends Error {
  override readonly name = 'TrackLayerError';
  declare readonly code: ErrorCode;
  /** The message without its code. */
  declare readonly detail: string;
  /** The field that is wrong, as in `entries.3.status`; `''` where no single one is. */
  declare readonly path: string;
  /** Everything that is wrong, where the input has fields; empty for errors of another kind. */
  declare readonly problems: readonly Problem[];
  constructor(
    code: ErrorCode,
    detail: string,
    { problems = [], ...options }: { cause?: unknown; problems?: readonly Problem[] | undefined } = {},
  ) {
    super(`[${code}] ${detail}`, options);
    this.code = code;
    this.detail = detail;
    this.path = problems[0]?.path ?? '';
    this.problems = problems;
  }
}

/** Recognises a {@link TrackLayerError} by name, so that two copies of the package in one app agree. */
export function isTrackLayerError(value: unknown): value is TrackLayerError {
  return value instanceof Error && value.name === 'TrackLayerError';
}

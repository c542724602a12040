import type { Answer } from '../event/answer.ts';

/** What a batch's answer means for the batch and for the whole client. */
export type NextStep =
  /** Each message by its own verdict. */
  | { do: 'settle' }
  /** The same request again; the whole client waits `afterMs` first. */
  | { do: 'again'; afterMs: number }
  /** Send the two halves; remember the size. */
  | { do: 'halve' }
  /** One message, too large alone: give it up. */
  | { do: 'give_up' }
  /** Send the two halves, to find the bad one. */
  | { do: 'bisect' }
  /** One message, refused. Final when `certain`, otherwise only once a neighbour is accepted. */
  | { do: 'quarantine'; certain: boolean }
  /** The same request, without compression. */
  | { do: 'plain' }
  /** Stop, keep everything, probe once a minute. */
  | { do: 'hold' };

const firstBackoffMs = 500;
const longestBackoffMs = 60_000;

/** Full jitter: uniform between 0 and 0.5 s × 2^(failures − 1), at most 60 s (docs/wire.md W-24). */
export function fullJitter(failures: number, random: () => number): number {
  return random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(failures - 1, 20));
}

/**
 * The table of docs/wire.md §5.
 *
 * @param size - messages in the request.
 * @param failures - how often in a row the client has failed, this time included.
 */
export function decideNext(
  answer: Answer,
  size: number,
  failures: number,
  compressed: boolean,
  random: () => number,
): NextStep {
  switch (answer.type) {
    case 'verdicts':
      return { do: 'settle' };
    case 'too_large':
      return size > 1 ? { do: 'halve' } : { do: 'give_up' };
    case 'bad_request':
      return size > 1 ? { do: 'bisect' } : { do: 'quarantine', certain: answer.invalid_event };
    case 'unsupported':
      return compressed ? { do: 'plain' } : { do: 'hold' };
    case 'setup':
      return { do: 'hold' };
    case 'later':
      // `Retry-After: 0` is no invitation to hammer: backoff then, too.
      return { do: 'again', afterMs: answer.retryAfterMs || fullJitter(failures, random) };
    default:
      return { do: 'again', afterMs: fullJitter(failures, random) };
  }
}

import type { Answer } from '../event/answer.ts';

/** What an answer means for the messages of its request. */
export type NextStep =
  /** Each message by its own verdict. */
  | { do: 'settle' }
  /** The same request again, after backoff or the server's pause. */
  | { do: 'again'; retryAfterMs?: number | undefined }
  /** In smaller requests; remember the size. */
  | { do: 'halve' }
  /** One message, too large alone: give it up. */
  | { do: 'give_up' }
  /** Find the bad one by halves. */
  | { do: 'bisect' }
  /** One message, refused. Final when `certain`, otherwise only once the server takes others. */
  | { do: 'quarantine'; certain: boolean }
  /** The same request, without compression. */
  | { do: 'plain' }
  /** Stop, keep everything, probe. */
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
 * @param mayCompress - the request was allowed to be compressed.
 */
export function decideNext(answer: Answer, size: number, mayCompress: boolean): NextStep {
  switch (answer.type) {
    case 'verdicts':
      return { do: 'settle' };
    case 'too_large':
      return size > 1 ? { do: 'halve' } : { do: 'give_up' };
    case 'bad_request':
      // A proxy that mangles compressed bodies makes the server refuse what nobody sent.
      if (answer.compressed && !answer.invalid_event) return { do: 'plain' };
      return size > 1 ? { do: 'bisect' } : { do: 'quarantine', certain: answer.invalid_event };
    case 'unsupported':
      return mayCompress ? { do: 'plain' } : { do: 'hold' };
    case 'setup':
      return { do: 'hold' };
    case 'later':
      return { do: 'again', retryAfterMs: answer.retryAfterMs };
    default:
      return { do: 'again' };
  }
}

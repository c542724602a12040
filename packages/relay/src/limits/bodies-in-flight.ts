import { maxBodyBytes } from '@tracklayer/core/adapter';
import { refusal } from '../problem.ts';

/** Bounds the memory that request bodies take while they are read and written. */
export interface BodiesInFlight {
  /**
   * Runs work on a request, when there is room for its body. @throws 503 `busy` when there is none.
   *
   * @param most - bytes of one body. Default: the bound of every body.
   */
  during<Answer>(
    header: (name: string) => string | undefined,
    work: () => Promise<Answer>,
    most?: number,
  ): Promise<Answer>;
}

const defaultBytes = 67_108_864;

/** @param limit - bytes, all requests together. Default 64 MiB. */
export function createBodiesInFlight(limit = defaultBytes): BodiesInFlight {
  let inFlight = 0;

  return {
    async during(header, work, most = maxBodyBytes) {
      const bytes = mostBytes(header, most);
      if (inFlight > 0 && inFlight + bytes > limit) {
        throw refusal(503, 'busy', 'the relay reads as many bodies as it may; send the same request again', {
          headers: { 'retry-after': '1' },
        });
      }
      inFlight += bytes;
      try {
        return await work();
      } finally {
        inFlight -= bytes;
      }
    },
  };
}

/** A body that is compressed, or of unknown length, may become as large as any may be. */
function mostBytes(header: (name: string) => string | undefined, most: number): number {
  const declared = header('content-length');
  if (declared === undefined || header('content-encoding') !== undefined) return most;
  return Math.min(Number(declared) || 0, most);
}

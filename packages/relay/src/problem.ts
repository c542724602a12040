import { unavailable, type Refusal } from '@tracklayer/node/http-kit';

export { problem, Refusal, refusal } from '@tracklayer/node/http-kit';

/** Nothing was committed, so the client sends the same request again, soon (docs/wire.md W-24). */
export const storeUnavailable = (cause: unknown): Refusal =>
  unavailable('store_unavailable', 'the store cannot commit now; send the same request again', {
    retryAfterMs: 1_000,
    cause,
  });

import type { Client } from '@tracklayer/core';

/**
 * Wraps the handler of a serverless function, whose process may freeze once it has answered: what was captured is sent
 * before that. Where an argument brings the platform's `waitUntil` the answer does not wait for it, elsewhere it does,
 * `shutdownTimeoutMs` at most. The handler's result and its errors pass through.
 *
 * @example
 * export const handler = withTrackLayer(tracklayer, async (event) => ({ statusCode: 200 }));
 */
export function withTrackLayer<This, Args extends unknown[], Result>(
  client: Pick<Client, 'flush'>,
  handler: (this: This, ...args: Args) => Result | Promise<Result>,
): (this: This, ...args: Args) => Promise<Result> {
  return async function withFlush(...args) {
    try {
      return await handler.apply(this, args);
    } finally {
      const flushed = flushQuietly(client);
      if (!handOver(flushed, args)) await flushed;
    }
  };
}

/** A tracking problem is reported to `onDrop` and `onError`; the function's answer does not depend on it. */
async function flushQuietly(client: Pick<Client, 'flush'>): Promise<void> {
  try {
    await client.flush();
  } catch {
    // The answer matters more.
  }
}

/** True when the platform keeps the function alive for it. */
function handOver(promise: Promise<void>, args: readonly unknown[]): boolean {
  for (const arg of args) {
    try {
      const context = arg as { waitUntil?: unknown } | null | undefined;
      if (typeof context?.waitUntil !== 'function') continue;
      context.waitUntil(promise);
      return true;
    } catch {
      // Out of its scope: the answer waits.
    }
  }
  return false;
}

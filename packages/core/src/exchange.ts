import type { Answer } from './event/answer.ts';
import type { ClientOptions } from './options.ts';
import type { Platform } from './platform.ts';
import type { Batch } from './queue/batch.ts';
import type { Way } from './queue/flight.ts';
import { textOf } from './queue/message.ts';
import type { DropReason } from './queue/stats.ts';
import type { WireAnswer } from './transport/transport.ts';
import { readAnswer, requestBody } from './transport/wire.ts';

/** Turns a batch into one request and its answer into what it means. Never rejects. */
export interface Exchange {
  send(batch: Batch, way: Way): Promise<Answer>;
  /** The page is going away: what waits for its turn to send goes now. */
  hurry(): void;
  /** Counts a drop, to report it to the server with the next request (docs/wire.md W-37). */
  dropped(reason: DropReason): void;
}

export function createExchange(
  {
    transport,
    requestTimeoutMs,
    receipts,
  }: Pick<ClientOptions, 'transport' | 'receipts'> & { requestTimeoutMs: number },
  { clock, byteLength, exclusively }: Platform,
): Exchange {
  let unreported: Partial<Record<DropReason, number>> = {};
  const waiting = new Set<() => Promise<WireAnswer>>();

  /** One time limit from connect to the last byte, also for a transport that ignores its signal (W-23). */
  function limited(
    controller: AbortController,
    work: (signal: AbortSignal) => Promise<WireAnswer>,
  ): Promise<WireAnswer> {
    const { signal } = controller;
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason);
      // Withdrawn while it waited for its turn.
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop);
      const cancel = clock.after(requestTimeoutMs, () =>
        controller.abort(new Error(`no answer within ${requestTimeoutMs / 1_000} s`)),
      );
      void work(signal).then(resolve, reject).finally(cancel);
    });
  }

  /** Sends when it is this client's turn among those of its origin, or at once when the page is left before that. */
  function inTurn(
    exchange: () => Promise<WireAnswer>,
    takeTurn: NonNullable<Platform['exclusively']>,
  ): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      let running: Promise<WireAnswer> | undefined;
      const start = (): Promise<WireAnswer> => {
        waiting.delete(start);
        running ??= exchange();
        running.then(resolve, reject);
        return running;
      };
      waiting.add(start);
      takeTurn(start).catch(reject);
    });
  }

  async function send(
    { entries, idempotency_key, attempt }: Batch,
    { compress, leaving, controller }: Way,
  ): Promise<Answer> {
    const { kind } = entries[0]!.message;
    let report = unreported;
    // Taken by one request, and put back when that fails: it is counted once.
    unreported = {};
    const body = requestBody(
      entries.map(({ message }) => textOf(message)),
      new Date(clock.now()).toISOString(),
      Object.keys(report).length > 0 ? report : undefined,
    );
    const request = { kind, body, bytes: byteLength(body), idempotency_key, attempt, leaving, compress };
    const exchange = (): Promise<WireAnswer> =>
      limited(controller, (signal) => transport.send(request, { signal }));
    try {
      const answer = await (leaving || !exclusively ? exchange() : inTurn(exchange, exclusively));
      const ids = entries.map(({ message }) => message.event_id);
      const read = readAnswer(answer, kind, ids, clock.now(), receipts);
      if (read.type === 'verdicts') report = {};
      return read;
    } catch (cause) {
      return { type: 'unreachable', cause };
    } finally {
      for (const [reason, count] of Object.entries(report)) dropped(reason as DropReason, count);
    }
  }

  function dropped(reason: DropReason, count = 1): void {
    unreported[reason] = (unreported[reason] ?? 0) + count;
  }

  return {
    send,
    hurry() {
      for (const start of waiting) start().catch(() => {});
    },
    dropped,
  };
}

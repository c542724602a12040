import type { Answer } from './event/answer.ts';
import type { ClientOptions } from './options.ts';
import type { Platform } from './platform.ts';
import type { Batch } from './queue/batch.ts';
import type { DropReason } from './queue/stats.ts';
import type { WireAnswer } from './transport/transport.ts';
import { readAnswer, requestBody } from './transport/wire.ts';

/** Turns a batch into one request and its answer into what it means. Never rejects. */
export interface Exchange {
  send(batch: Batch, way: { compress: boolean; leaving: boolean; signal: AbortSignal }): Promise<Answer>;
  /** The page is going away: what waits for its turn to send goes now. */
  hurry(): void;
  /** Counts a drop, to tell the server with the next request (docs/wire.md W-37). */
  dropped(reason: DropReason): void;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
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
  const inFlight = new Set<Promise<unknown>>();

  /** One time limit from connect to the last byte, also for a transport that ignores its signal (W-23). */
  function limited(
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<WireAnswer>,
  ): Promise<WireAnswer> {
    const controller = new AbortController();
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        controller.abort();
        reject(new Error('no answer in time'));
      };
      // Withdrawn while it waited for its turn.
      if (signal.aborted) return stop();
      const cancel = clock.after(requestTimeoutMs, stop);
      signal.addEventListener('abort', stop);
      void work(controller.signal)
        .then(resolve, reject)
        .finally(() => {
          cancel();
          signal.removeEventListener('abort', stop);
        });
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
    { kind, messages, idempotency_key, attempt }: Batch,
    way: { compress: boolean; leaving: boolean; signal: AbortSignal },
  ): Promise<Answer> {
    const { compress, leaving, signal } = way;
    const report = unreported;
    const hasReport = Object.keys(report).length > 0;
    const sent_at = new Date(clock.now()).toISOString();
    const body = requestBody(
      messages.map(({ json }) => json),
      sent_at,
      hasReport ? report : undefined,
    );
    const request = { kind, body, bytes: byteLength(body), idempotency_key, attempt, leaving, compress };
    const exchange = (): Promise<WireAnswer> =>
      limited(signal, (within) => transport.send(request, { signal: within }));
    try {
      const answer = await (leaving || !exclusively ? exchange() : inTurn(exchange, exclusively));
      const ids = messages.map(({ event_id }) => event_id);
      const read = readAnswer(answer, kind, ids, clock.now(), receipts);
      if (hasReport && read.type === 'verdicts') subtract(report);
      return read;
    } catch {
      return { type: 'unreachable' };
    }
  }

  function subtract(reported: Partial<Record<DropReason, number>>): void {
    const rest = { ...unreported };
    for (const [reason, n] of Object.entries(reported) as [DropReason, number][]) {
      const left = (rest[reason] ?? 0) - n;
      if (left > 0) rest[reason] = left;
      else delete rest[reason];
    }
    unreported = rest;
  }

  return {
    send(batch, way) {
      const sending = send(batch, way);
      inFlight.add(sending);
      void sending.then(() => inFlight.delete(sending));
      return sending;
    },
    hurry() {
      for (const start of waiting) start().catch(() => {});
    },
    dropped(reason) {
      unreported = { ...unreported, [reason]: (unreported[reason] ?? 0) + 1 };
    },
    async idle() {
      await Promise.all(inFlight);
    },
  };
}

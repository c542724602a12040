import { createAnswering } from './answering.ts';
import { openOf, type Batch } from './batch.ts';
import { createChoice } from './choice.ts';
import { createFlight } from './flight.ts';
import { createSending, type SenderHost } from './sending.ts';
import { createTimer } from './timer.ts';

/** The one retry loop: forms batches, sends at most two at a time, and does what the answers ask. */
export interface Sender {
  /** A message was added. */
  wake(): void;
  /** Sends all that waits, within the rules of backoff. */
  drain(): void;
  /** The network is back: sends all that waits, unless the server asked for a pause. */
  hurry(): void;
  /** The page is going away: sends now what fits into `room` bytes, highest priority first. */
  leave(room: number): void;
  /** Aborts what is in flight; what was sent and unanswered stays pending. */
  abort(): void;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
  /** No more requests, no timer left. */
  stop(): void;
}

const maxInFlight = 2;

export function createSender(host: SenderHost): Sender {
  const { queue, clock } = host;
  const sending = createSending(host);
  const { pace, suspects } = sending;
  const choice = createChoice(sending);
  const applyAnswer = createAnswering(sending);
  const flight = createFlight(host.exchange);
  const timer = createTimer(clock, drain);
  // Of its own: a retry that is far away must not stand for the interval of what is captured meanwhile.
  const retryTimer = createTimer(clock, pumpSoon);
  let isDraining = false;
  let isPumping = false;
  let isStopped = false;

  function drain(): void {
    isDraining = true;
    pumpSoon();
  }

  function pumpSoon(): void {
    if (isPumping) return;
    isPumping = true;
    queueMicrotask(() => {
      isPumping = false;
      pump();
    });
  }

  function pump(): void {
    if (isStopped) return;
    const wait = pace.wait();
    if (wait > 0) return timer.wakeIn(wait);
    const now = clock.monotonic();
    while (flight.regular < (pace.isHeld ? 1 : maxInFlight)) {
      const batch = pace.isHeld ? choice.probe() : choice.next(now, isDraining);
      if (!batch) {
        rest();
        break;
      }
      void send(batch);
    }
    const earliest = Math.min(...sending.again.map(({ notBefore }) => notBefore));
    if (earliest > now && earliest < Infinity) retryTimer.wakeIn(earliest - now);
  }

  /** Nothing more is to be sent now. */
  function rest(): void {
    if (pace.isHeld || suspects.isSearching) return;
    if (queue.waiting === 0) isDraining &&= sending.again.length > 0 || !flight.isEmpty;
    else timer.wakeIn(host.flushIntervalMs);
  }

  /** Leaves out of a batch what is final; whether nothing is left. */
  function isOver(batch: Batch): boolean {
    batch.entries = openOf(batch.entries);
    if (batch.entries.length > 0) return false;
    suspects.answered(batch);
    return true;
  }

  async function send(batch: Batch, leaving = false): Promise<void> {
    const startedAt = clock.monotonic();
    for (const entry of batch.entries) {
      if (entry.since < startedAt - host.maxEventAgeMs) {
        queue.settle(entry, { status: 'dropped', reason: 'expired' });
      } else if (batch.attempt === 0 && !entry.isAdopted && host.isElsewhere(entry.message)) {
        queue.settle(entry, { status: 'duplicate' });
      }
    }
    if (isOver(batch)) return pumpSoon();
    batch.attempt++;
    const mayCompress = sending.compress && !batch.isPlain;
    const sent = batch.entries;
    const answer = await flight.send(batch, { compress: mayCompress, leaving });
    if (isStopped) return;
    // Consent withdrawn meanwhile: what was purged is final already.
    if (!isOver(batch)) applyAnswer(batch, sent, answer, startedAt, mayCompress);
    pump();
  }

  return {
    wake() {
      if (queue.waiting >= host.flushAt) {
        if (flight.regular < maxInFlight) pumpSoon();
      } else if (!timer.isSet && flight.regular === 0) timer.wakeIn(host.flushIntervalMs);
    },
    drain,
    hurry() {
      pace.hurry();
      drain();
    },
    leave(room) {
      if (isStopped || pace.isHeld || pace.serverWait() > 0) return;
      for (const batch of choice.leaving(room)) void send(batch, true);
    },
    abort: flight.abort,
    idle: flight.idle,
    stop() {
      isStopped = true;
      timer.stop();
      retryTimer.stop();
      flight.abort();
    },
  };
}

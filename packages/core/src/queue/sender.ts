import type { Answer } from '../event/answer.ts';
import type { Clock } from '../platform.ts';
import { bytesOfAll, openOf, type Batch } from './batch.ts';
import { createFlight, type Way } from './flight.ts';
import { packForLeaving } from './leave.ts';
import type { Entry, Message } from './message.ts';
import { createPace } from './pace.ts';
import type { Queue } from './queue.ts';
import { decideNext, fullJitter } from './retry.ts';
import { createSizeLimit } from './size-limit.ts';
import { createSuspects } from './suspects.ts';
import { createTimer } from './timer.ts';
import { givenUp, outcomeOf } from './verdict.ts';

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

export interface SenderHost {
  queue: Queue;
  clock: Clock;
  random(): number;
  newKey(): string;
  byteLength(text: string): number;
  flushAt: number;
  flushIntervalMs: number;
  maxBatchEvents: number;
  maxBatchBytes: number;
  maxEventAgeMs: number;
  /** One attempt; never rejects. */
  exchange(batch: Batch, way: Way): Promise<Answer>;
  /** Whether another client of this origin has captured the same and will send it. */
  isElsewhere(message: Message): boolean;
  /** The set-up is wrong, no server of ours answered, or none at all. @param failures - how many in a row. */
  onTrouble(answer: Answer, failures: number): void;
}

const maxInFlight = 2;
const kinds = ['identify', 'capture'] as const;

export function createSender(host: SenderHost): Sender {
  const { queue, clock } = host;
  const pace = createPace(clock.monotonic, host.random);
  const limit = createSizeLimit(host.maxBatchBytes, clock.monotonic);
  const suspects = createSuspects(clock.monotonic);
  const flight = createFlight(host.exchange);
  const timer = createTimer(clock, drain);
  let again: Batch[] = [];
  let compress = true;
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

  const newBatch = (entries: Entry[], rest?: Partial<Batch>): Batch => ({
    entries,
    attempt: 0,
    idempotency_key: host.newKey(),
    notBefore: 0,
    isPlain: false,
    isHalf: false,
    acceptedAt: undefined,
    ...rest,
  });

  function pump(): void {
    if (isStopped) return;
    const wait = pace.wait();
    if (wait > 0) return timer.wakeIn(wait);
    const now = clock.monotonic();
    while (flight.regular < (pace.isHeld ? 1 : maxInFlight)) {
      const batch = pace.isHeld ? nextProbe() : nextBatch(now);
      if (!batch) break;
      void send(batch);
    }
    const earliest = Math.min(...again.map(({ notBefore }) => notBefore));
    if (earliest > now && earliest < Infinity) timer.wakeIn(earliest - now);
  }

  function nextBatch(now: number): Batch | undefined {
    const { isSearching } = suspects;
    // Nothing else goes meanwhile: what is refused next belongs to the search.
    const ready = again.findIndex(({ notBefore, isHalf }) => notBefore <= now && (isHalf || !isSearching));
    if (ready >= 0) return again.splice(ready, 1)[0];
    if (isSearching) {
      const half = suspects.next();
      return half && newBatch(half, { isHalf: true, isPlain: true });
    }
    const waiting = queue.identify.length + queue.capture.length;
    if (waiting === 0) isDraining &&= again.length > 0 || !flight.isEmpty;
    else if (!isDraining && waiting < host.flushAt) timer.wakeIn(host.flushIntervalMs);
    else {
      const list = queue[queue.identify.length > 0 ? 'identify' : 'capture'];
      return newBatch(list.take(host.maxBatchEvents, limit.read()));
    }
    return undefined;
  }

  /** One message, another one each time, so that a bad one alone cannot keep the others back. */
  function nextProbe(): Batch | undefined {
    // A search ends here, and begins anew when the server answers again.
    const searched = suspects.release();
    if (searched.length > 0) again = [...again.filter(({ isHalf }) => !isHalf), newBatch(searched)];
    const [first, ...rest] = again.shift()?.entries ?? [];
    if (rest.length > 0) again.push(newBatch(rest));
    const entry =
      first ?? queue.identify.take(1, 1)[0] ?? queue.capture.take(1, 1)[0] ?? suspects.takeDoubtful();
    return entry && newBatch([entry]);
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
    const way = { compress: compress && !batch.isPlain, leaving };
    const sent = batch.entries;
    const answer = await flight.send(batch, way);
    if (isStopped) return;
    // Consent withdrawn meanwhile: what was purged is final already.
    if (!isOver(batch)) apply(batch, sent, answer, startedAt, way.compress);
    pump();
  }

  /** Leaves out what is final; whether nothing is left. */
  function isOver(batch: Batch): boolean {
    batch.entries = openOf(batch.entries);
    if (batch.entries.length > 0) return false;
    suspects.answered(batch);
    return true;
  }

  /** @param sent - what the answer is to, of which some may be final since. */
  function apply(
    batch: Batch,
    sent: readonly Entry[],
    answer: Answer,
    startedAt: number,
    mayCompress: boolean,
  ): void {
    const { entries } = batch;
    const next = decideNext(answer, sent.length, mayCompress);
    switch (next.do) {
      case 'settle':
        return settle(batch, answer);
      case 'again':
        pace.failed(startedAt, next.retryAfterMs);
        host.onTrouble(answer, pace.failures);
        again.unshift(batch);
        return;
      case 'halve':
        suspects.answered(batch, entries);
        limit.refused(bytesOfAll(sent, host.byteLength));
        return queue[entries[0]!.message.kind].putBack(entries);
      case 'give_up':
        suspects.answered(batch, entries);
        return queue.settle(entries[0]!, givenUp('too_large'));
      case 'bisect': {
        const others = suspects.refusedTogether(entries);
        if (others.length > 0) again.unshift(newBatch(others));
        return;
      }
      case 'quarantine':
        return quarantine(batch, answer, startedAt, next.certain);
      case 'plain':
        // After a 415 for good; after a 400 only if this form is taken.
        if (answer.type === 'unsupported') compress = false;
        again.unshift(
          newBatch(entries, { isPlain: true, isHalf: batch.isHalf, acceptedAt: batch.acceptedAt }),
        );
        return;
      default:
        again.push(batch);
        hold(answer, startedAt);
    }
  }

  function settle(batch: Batch, answer: Answer): void {
    const verdicts = answer.type === 'verdicts' ? answer.verdicts : [];
    if (batch.isPlain && !batch.isHalf) compress = false;
    suspects.answered(batch, batch.entries);
    pace.succeeded();
    giveAnotherChance();
    // Copies of one id in one batch have a verdict each; in its place where nothing left the batch meanwhile.
    const byId = new Map(verdicts.map((verdict) => [verdict?.event_id, verdict]));
    let isUnnamed = false;
    const unsettled = batch.entries.filter((entry, place) => {
      const { event_id } = entry.message;
      const own = verdicts[place];
      const verdict = own?.event_id === event_id ? own : byId.get(event_id);
      const outcome = outcomeOf(verdict);
      if (outcome) queue.settle(entry, outcome);
      else isUnnamed ||= !verdict;
      return !outcome;
    });
    if (unsettled.length === 0) return;
    if (isUnnamed) host.onTrouble({ type: 'no_verdict', status: 200 }, 1);
    const notBefore = clock.monotonic() + fullJitter(batch.attempt, host.random);
    again.push(newBatch(unsettled, { attempt: batch.attempt, notBefore }));
  }

  function quarantine(batch: Batch, answer: Answer, startedAt: number, certain: boolean): void {
    const entry = batch.entries[0]!;
    suspects.answered(batch, batch.entries);
    if (certain || suspects.isCertain(batch, startedAt)) {
      queue.settle(entry, givenUp('rejected', 'errors' in answer ? answer.errors : undefined));
      // A server that says so works.
      if (certain) giveAnotherChance();
      return;
    }
    const isMany = suspects.doubt(entry);
    const isLast = !suspects.isSearching && again.length === 0;
    if (pace.isHeld || isMany || isLast) hold(answer, startedAt);
  }

  /** The server takes messages: what was refused while that was in doubt goes once more, alone. */
  function giveAnotherChance(): void {
    for (const entry of suspects.accepted()) {
      again.push(newBatch([entry], { acceptedAt: clock.monotonic() }));
    }
  }

  function hold(answer: Answer, startedAt: number): void {
    pace.hold(startedAt);
    host.onTrouble(answer, pace.failures);
  }

  return {
    wake() {
      if (queue.identify.length + queue.capture.length >= host.flushAt) {
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
      const isFree = ({ isHalf, acceptedAt }: Batch): boolean => !isHalf && acceptedAt === undefined;
      const all = again.filter(isFree).flatMap(({ entries }) => entries);
      again = again.filter((batch) => !isFree(batch));
      for (const kind of kinds) all.push(...queue[kind].take(Infinity, Infinity));
      all.sort((a, b) => b.message.priority - a.message.priority || a.seq - b.seq);
      for (const kind of kinds) {
        const ofKind = all.filter(({ message }) => message.kind === kind);
        const { now, later, bytes } = packForLeaving(ofKind, {
          maxEvents: host.maxBatchEvents,
          maxBytes: Math.min(room, limit.read()),
          byteLength: host.byteLength,
        });
        queue[kind].putBack(later);
        if (now.length === 0) continue;
        room -= bytes;
        void send(newBatch(now), true);
      }
    },
    abort: flight.abort,
    idle: flight.idle,
    stop() {
      isStopped = true;
      timer.stop();
      flight.abort();
    },
  };
}

import type { Answer } from '../event/answer.ts';
import type { MessageKind } from '../event/event.ts';
import { inWords, type Problem } from '../event/problem.ts';
import type { Clock } from '../platform.ts';
import { bytesOf, textBytes, type Batch, type Bisection } from './batch.ts';
import type { Message } from './message.ts';
import type { Queue } from './queue.ts';
import { decideNext, fullJitter } from './retry.ts';

/** The one retry loop: forms batches, sends at most two at a time, and does what the answers ask. */
export interface Sender {
  /** A message was added. */
  wake(): void;
  /** Sends all that waits, within the rules of backoff. */
  drain(): void;
  /** The page is going away: hands over now what fits into `room` bytes, by priority. */
  leave(room: number): void;
  /** Aborts what is in flight; what was sent and unanswered stays pending. */
  abort(): void;
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
  exchange(batch: Batch, way: { compress: boolean; leaving: boolean; signal: AbortSignal }): Promise<Answer>;
  /** The set-up is wrong, or no server of ours answered: told once, not for every attempt. */
  onTrouble(code: 'setup' | 'no_verdict', status: number): void;
}

const maxInFlight = 2;
const probeIntervalMs = 60_000;
const limitRestoreMs = 600_000;
// A firewall refuses everything: so many refusals and no acceptance end the search for a bad message.
const refusalsThatMeanSetup = 3;

export function createSender(host: SenderHost): Sender {
  const { queue, clock } = host;
  let again: Batch[] = [];
  const inFlight = new Map<Batch, AbortController>();
  let regular = 0;
  let isStopped = false;
  let isDraining = false;
  let pausedUntil = 0;
  let failures = 0;
  let failedAt = -1;
  let held: { bisection?: Bisection | undefined } | undefined;
  let compress = true;
  let maxBytes = host.maxBatchBytes;
  let restoreAt = Infinity;
  let cancelWake: (() => void) | undefined;
  let wakeAt = Infinity;
  let isPumping = false;

  function wakeIn(ms: number): void {
    const at = clock.monotonic() + ms;
    if (at >= wakeAt || isStopped) return;
    cancelWake?.();
    wakeAt = at;
    cancelWake = clock.after(ms, () => {
      wakeAt = Infinity;
      cancelWake = undefined;
      isDraining = true;
      pump();
    });
  }

  function pumpSoon(): void {
    if (isPumping) return;
    isPumping = true;
    queueMicrotask(() => {
      isPumping = false;
      pump();
    });
  }

  const newBatch = (kind: MessageKind, messages: Message[], rest: Partial<Batch> = {}): Batch => ({
    kind,
    messages,
    attempt: 0,
    idempotency_key: host.newKey(),
    notBefore: 0,
    ...rest,
  });

  function pump(): void {
    if (isStopped) return;
    const now = clock.monotonic();
    if (now < pausedUntil) return wakeIn(pausedUntil - now);
    if (now >= restoreAt) {
      maxBytes = Math.min(host.maxBatchBytes, maxBytes * 2);
      restoreAt = maxBytes < host.maxBatchBytes ? now + limitRestoreMs : Infinity;
    }
    if (held) {
      const probe = regular === 0 && nextProbe();
      if (probe) void send(probe);
      return;
    }
    while (regular < maxInFlight) {
      const batch = nextBatch(now);
      if (!batch) break;
      void send(batch);
    }
    const earliest = Math.min(...again.map((batch) => batch.notBefore));
    if (earliest > now && earliest < Infinity) wakeIn(earliest - now);
  }

  function nextBatch(now: number): Batch | undefined {
    const ready = again.findIndex((batch) => batch.notBefore <= now);
    if (ready >= 0) return again.splice(ready, 1)[0];
    const waiting = queue.identify.length + queue.capture.length;
    if (waiting === 0) isDraining &&= again.length > 0 || inFlight.size > 0;
    else if (!isDraining && waiting < host.flushAt) wakeIn(host.flushIntervalMs);
    else {
      const kind = queue.identify.length > 0 ? 'identify' : 'capture';
      return newBatch(kind, queue[kind].take(host.maxBatchEvents, maxBytes));
    }
    return undefined;
  }

  /** One message, another one each time, so that a bad one alone can't keep the others back. */
  function nextProbe(): Batch | undefined {
    const first = again.shift();
    if (first) {
      const [message, ...rest] = first.messages;
      if (rest.length > 0) {
        if (first.bisection) first.bisection.open++;
        again.push(newBatch(first.kind, rest, { bisection: first.bisection }));
      }
      return message && newBatch(first.kind, [message], { bisection: first.bisection });
    }
    for (const kind of ['identify', 'capture'] as const) {
      if (queue[kind].length > 0) return newBatch(kind, queue[kind].take(1, maxBytes));
    }
    const refused = held?.bisection?.refused.shift();
    return refused && newBatch(refused.kind, [refused]);
  }

  async function send(batch: Batch, leaving = false): Promise<void> {
    const startedAt = clock.monotonic();
    const oldest = clock.now() - host.maxEventAgeMs;
    batch.messages = batch.messages.filter((message) => {
      if (message.captured_at < oldest) queue.settle(message, { status: 'dropped', reason: 'expired' });
      return !message.outcome;
    });
    if (batch.messages.length === 0) {
      endPart(batch, false);
      return pumpSoon();
    }
    batch.attempt++;
    const controller = new AbortController();
    inFlight.set(batch, controller);
    if (!leaving) regular++;
    const compressed = compress;
    const answer = await host.exchange(batch, { compress, leaving, signal: controller.signal });
    inFlight.delete(batch);
    if (!leaving) regular--;
    // Consent withdrawn meanwhile: what was purged is final already.
    batch.messages = batch.messages.filter((message) => !message.outcome);
    if (isStopped) return;
    if (batch.messages.length > 0) apply(batch, answer, startedAt, compressed);
    else endPart(batch, false);
    pump();
  }

  function apply(batch: Batch, answer: Answer, startedAt: number, compressed: boolean): void {
    const { kind, messages, bisection } = batch;
    // Two requests that fail together are one failure.
    const failed = startedAt >= failedAt ? failures + 1 : Math.max(failures, 1);
    const next = decideNext(answer, messages.length, failed, compressed, host.random);
    switch (next.do) {
      case 'settle':
        return settle(batch, answer);
      case 'again':
        failures = failed;
        failedAt = clock.monotonic();
        pausedUntil = Math.max(pausedUntil, failedAt + next.afterMs);
        if (answer.type === 'no_verdict') host.onTrouble('no_verdict', answer.status);
        again.unshift(batch);
        return;
      case 'halve':
        maxBytes = Math.max(1, Math.ceil(textBytes(messages, host.byteLength) / 2));
        restoreAt = clock.monotonic() + limitRestoreMs;
        return split(batch, bisection);
      case 'give_up':
        settleOne(messages[0]!, 'too_large');
        return endPart(batch, false);
      case 'bisect':
        return split(batch, bisection ?? { open: 1, acceptedAt: Infinity, refused: [] });
      case 'quarantine':
        return quarantine(batch, next.certain || startedAt >= (bisection?.acceptedAt ?? Infinity), answer);
      case 'plain':
        compress = false;
        again.unshift(newBatch(kind, messages, { bisection }));
        return;
      default:
        hold(batch, 'status' in answer ? answer.status : 0);
    }
  }

  function split(batch: Batch, bisection: Bisection | undefined): void {
    const middle = Math.ceil(batch.messages.length / 2);
    if (bisection) bisection.open++;
    again.unshift(
      newBatch(batch.kind, batch.messages.slice(0, middle), { bisection }),
      newBatch(batch.kind, batch.messages.slice(middle), { bisection }),
    );
  }

  function settle(batch: Batch, answer: Answer): void {
    const verdicts = answer.type === 'verdicts' ? answer.verdicts : [];
    const unsettled: Message[] = [];
    let isUnnamed = false;
    const byId = new Map(verdicts.map((verdict) => [verdict?.event_id, verdict]));
    batch.messages.forEach((message, place) => {
      // Copies of one id in one batch have a verdict each; in its place where nothing left the batch meanwhile.
      const own = verdicts[place];
      const verdict = own?.event_id === message.event_id ? own : byId.get(message.event_id);
      const conflict = verdict?.conflict ? { conflict: true as const } : {};
      if (verdict?.status === 'accepted') queue.settle(message, { status: 'delivered', ...conflict });
      else if (verdict?.status === 'duplicate') queue.settle(message, { status: 'duplicate', ...conflict });
      else if (verdict?.status === 'rejected') settleOne(message, 'rejected', verdict.code, verdict.errors);
      else {
        isUnnamed ||= !verdict;
        unsettled.push(message);
      }
    });
    failures = 0;
    release();
    endPart(batch, true);
    if (unsettled.length > 0) {
      if (isUnnamed) host.onTrouble('no_verdict', 200);
      const { kind, attempt } = batch;
      const notBefore = clock.monotonic() + fullJitter(attempt, host.random);
      again.push(newBatch(kind, unsettled, { attempt, notBefore }));
    }
  }

  function settleOne(
    message: Message,
    reason: 'rejected' | 'too_large',
    code?: string,
    problems?: readonly Problem[],
  ): void {
    const detail = code && code !== 'invalid_event' ? code : problems?.map(inWords).join('; ');
    queue.settle(message, {
      status: 'dropped',
      reason,
      ...(detail ? { detail } : {}),
      ...(problems ? { problems } : {}),
    });
  }

  function quarantine(batch: Batch, certain: boolean, answer: Answer): void {
    const message = batch.messages[0]!;
    if (certain) {
      settleOne(message, 'rejected', undefined, 'errors' in answer ? answer.errors : undefined);
      return endPart(batch, answer.type === 'bad_request' && answer.invalid_event);
    }
    const bisection = (batch.bisection ??= held?.bisection ?? { open: 1, acceptedAt: Infinity, refused: [] });
    endPart(batch, false);
    if (bisection.acceptedAt < Infinity) return sendAlone(message, bisection.acceptedAt);
    bisection.refused.push(message);
    if (bisection.open <= 0 || bisection.refused.length >= refusalsThatMeanSetup) {
      hold(undefined, 'status' in answer ? answer.status : 0, bisection);
    }
  }

  function endPart(batch: Batch, isAccepted: boolean): void {
    if (!batch.bisection) return;
    batch.bisection.open--;
    if (isAccepted) accept(batch.bisection);
  }

  function accept(bisection: Bisection): void {
    bisection.acceptedAt = Math.min(bisection.acceptedAt, clock.monotonic());
    for (const message of bisection.refused.splice(0)) sendAlone(message, bisection.acceptedAt);
  }

  /** Refused while the server took nothing, perhaps by a firewall that is gone by now: refused once more, it is bad. */
  function sendAlone(message: Message, acceptedAt: number): void {
    again.push(newBatch(message.kind, [message], { bisection: { open: 1, acceptedAt, refused: [] } }));
  }

  /** The server takes messages again. What it refused while the set-up was in doubt gets another chance. */
  function release(): void {
    const refused = held?.bisection?.refused.splice(0) ?? [];
    held = undefined;
    for (const message of refused) sendAlone(message, clock.monotonic());
  }

  function hold(batch: Batch | undefined, status: number, bisection?: Bisection): void {
    if (batch) again.push(batch);
    if (!held) host.onTrouble('setup', status);
    held = { bisection: bisection ?? held?.bisection ?? batch?.bisection };
    pausedUntil = clock.monotonic() + probeIntervalMs;
  }

  return {
    wake() {
      if (queue.identify.length + queue.capture.length >= host.flushAt) {
        if (regular < maxInFlight) pumpSoon();
      } else if (wakeAt === Infinity && regular === 0) wakeIn(host.flushIntervalMs);
    },
    drain() {
      isDraining = true;
      pumpSoon();
    },
    leave(room) {
      if (isStopped || held || clock.monotonic() < pausedUntil) return;
      const all = again.flatMap((batch) => (batch.bisection ? [] : batch.messages));
      again = again.filter((batch) => batch.bisection);
      for (const kind of ['identify', 'capture'] as const) all.push(...queue[kind].takeAll());
      all.sort((a, b) => b.priority - a.priority || a.seq - b.seq);
      for (const kind of ['identify', 'capture'] as const) {
        const now: Message[] = [];
        let bytes = textBytes(now, host.byteLength);
        for (const message of all) {
          if (message.kind !== kind) continue;
          if (
            now.length < host.maxBatchEvents &&
            bytes + bytesOf(message, host.byteLength) < Math.min(room, maxBytes)
          ) {
            bytes += message.bytes + 1;
            now.push(message);
          } else queue[kind].push(message);
        }
        if (now.length === 0) continue;
        room -= bytes;
        void send(newBatch(kind, now), true);
      }
    },
    abort() {
      for (const controller of inFlight.values()) controller.abort();
    },
    stop() {
      isStopped = true;
      cancelWake?.();
      for (const controller of inFlight.values()) controller.abort();
    },
  };
}

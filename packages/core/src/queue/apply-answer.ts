import type { Answer } from '../event/answer.ts';
import { bytesOfAll, openOf, type Batch } from './batch.ts';
import type { Entry } from './message.ts';
import { decideNext, fullJitter } from './retry.ts';
import type { Sending } from './sending.ts';
import { givenUp, outcomeOf } from './verdict.ts';

/** One request and what came of it. */
export interface Attempt {
  batch: Batch;
  /** What the answer is to, of which some may be final since. */
  sent: readonly Entry[];
  answer: Answer;
  /** Monotonic time. */
  startedAt: number;
  mayCompress: boolean;
}

/** Leaves out of a batch what is final; whether nothing is left. */
export function isOver({ suspects }: Sending, batch: Batch): boolean {
  batch.entries = openOf(batch.entries);
  if (batch.entries.length > 0) return false;
  suspects.answered(batch);
  return true;
}

/** Does what an answer asks: messages are final, or go again in this form or another, at once or later. */
export function applyAnswer(sending: Sending, attempt: Attempt): void {
  const { host, pace, limit, suspects, retries, newBatch } = sending;
  const { batch, sent, answer, startedAt } = attempt;
  const { entries } = batch;
  const next = decideNext(answer, sent.length, attempt.mayCompress);
  switch (next.do) {
    case 'settle':
      return settle(sending, attempt);
    case 'again':
      pace.failed(startedAt, next.retryAfterMs);
      host.onTrouble(answer, pace.failures);
      return retries.putFirst(batch);
    case 'halve':
      suspects.answered(batch, entries);
      limit.refused(bytesOfAll(sent, host.byteLength));
      return host.queue[entries[0]!.message.kind].putBack(entries);
    case 'give_up':
      suspects.answered(batch, entries);
      return host.queue.settle(entries[0]!, givenUp('too_large'));
    case 'bisect': {
      const others = suspects.refusedTogether(entries);
      if (others.length > 0) retries.putFirst(newBatch(others));
      return;
    }
    case 'quarantine':
      return quarantine(sending, attempt, next.certain);
    case 'plain':
      // After a 415 for good; after a 400 only if this form is taken.
      if (answer.type === 'unsupported') sending.compress = false;
      return retries.putFirst(
        newBatch(entries, { isPlain: true, isHalf: batch.isHalf, acceptedAt: batch.acceptedAt }),
      );
    default:
      retries.putLast(batch);
      hold(sending, attempt);
  }
}

function settle(sending: Sending, { batch, answer }: Attempt): void {
  const { host, pace, suspects, retries, newBatch } = sending;
  const verdicts = answer.type === 'verdicts' ? answer.verdicts : [];
  if (batch.isPlain && !batch.isHalf) sending.compress = false;
  suspects.answered(batch, batch.entries);
  pace.succeeded();
  giveAnotherChance(sending);
  // Copies of one id in one batch have a verdict each; in its place where nothing left the batch meanwhile.
  const byId = new Map(verdicts.map((verdict) => [verdict?.event_id, verdict]));
  let isUnnamed = false;
  const unsettled = batch.entries.filter((entry, place) => {
    const { event_id } = entry.message;
    const own = verdicts[place];
    const verdict = own?.event_id === event_id ? own : byId.get(event_id);
    const outcome = outcomeOf(verdict);
    if (outcome) host.queue.settle(entry, outcome);
    else isUnnamed ||= !verdict;
    return !outcome;
  });
  if (unsettled.length === 0) return;
  if (isUnnamed) host.onTrouble({ type: 'no_verdict', status: 200 }, 1);
  const notBefore = host.clock.monotonic() + fullJitter(batch.attempt, host.random);
  retries.putLast(newBatch(unsettled, { attempt: batch.attempt, notBefore }));
}

function quarantine(sending: Sending, attempt: Attempt, certain: boolean): void {
  const { host, pace, suspects, retries } = sending;
  const { batch, answer, startedAt } = attempt;
  const entry = batch.entries[0]!;
  suspects.answered(batch, batch.entries);
  if (certain || suspects.isCertain(batch, startedAt)) {
    host.queue.settle(entry, givenUp('rejected', 'errors' in answer ? answer.errors : undefined));
    // A server that says so works.
    if (certain) giveAnotherChance(sending);
    return;
  }
  const isMany = suspects.doubt(entry);
  const isLast = !suspects.isSearching && retries.isEmpty;
  if (pace.isHeld || isMany || isLast) hold(sending, attempt);
}

/** The server takes messages: what was refused while that was in doubt goes once more, alone. */
function giveAnotherChance({ host, suspects, retries, newBatch }: Sending): void {
  for (const entry of suspects.accepted()) {
    retries.putLast(newBatch([entry], { acceptedAt: host.clock.monotonic() }));
  }
}

function hold({ host, pace }: Sending, { answer, startedAt }: Attempt): void {
  pace.hold(startedAt);
  host.onTrouble(answer, pace.failures);
}

import type { Answer } from '../event/answer.ts';
import { bytesOfAll, type Batch } from './batch.ts';
import type { Entry } from './message.ts';
import { decideNext, fullJitter } from './retry.ts';
import type { Sending } from './sending.ts';
import { givenUp, outcomeOf } from './verdict.ts';

/**
 * Does what an answer asks: messages are final, or go again in this form or another, at once or later.
 *
 * @param sent - what the answer is to, of which some may be final since.
 * @param startedAt - monotonic time of the request.
 */
export type ApplyAnswer = (
  batch: Batch,
  sent: readonly Entry[],
  answer: Answer,
  startedAt: number,
  mayCompress: boolean,
) => void;

export function createAnswering(sending: Sending): ApplyAnswer {
  const { queue, pace, limit, suspects, newBatch, onTrouble } = sending;

  const putFirst = (batch: Batch): void => void sending.again.unshift(batch);
  const putLast = (batch: Batch): void => void sending.again.push(batch);

  const apply: ApplyAnswer = (batch, sent, answer, startedAt, mayCompress) => {
    const { entries } = batch;
    const next = decideNext(answer, sent.length, mayCompress);
    switch (next.do) {
      case 'settle':
        return settle(batch, answer);
      case 'again':
        pace.failed(startedAt, next.retryAfterMs);
        onTrouble(answer, pace.failures);
        return putFirst(batch);
      case 'halve':
        suspects.answered(batch, entries);
        limit.refused(bytesOfAll(sent, sending.byteLength));
        return queue[entries[0]!.message.kind].putBack(entries);
      case 'give_up':
        suspects.answered(batch, entries);
        return queue.settle(entries[0]!, givenUp('too_large'));
      case 'bisect': {
        const others = suspects.refusedTogether(entries);
        if (others.length > 0) putFirst(newBatch(others));
        return;
      }
      case 'quarantine':
        return quarantine(batch, answer, startedAt, next.certain);
      case 'plain':
        // After a 415 for good; after a 400 only if this form is taken.
        if (answer.type === 'unsupported') sending.compress = false;
        return putFirst(
          newBatch(entries, { isPlain: true, isHalf: batch.isHalf, acceptedAt: batch.acceptedAt }),
        );
      default:
        putLast(batch);
        hold(answer, startedAt);
    }
  };

  function settle(batch: Batch, answer: Answer): void {
    const verdicts = answer.type === 'verdicts' ? answer.verdicts : [];
    if (batch.isPlain && !batch.isHalf) sending.compress = false;
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
    if (isUnnamed) onTrouble({ type: 'no_verdict', status: 200 }, 1);
    const notBefore = sending.clock.monotonic() + fullJitter(batch.attempt, sending.random);
    putLast(newBatch(unsettled, { attempt: batch.attempt, notBefore }));
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
    const isLast = !suspects.isSearching && sending.again.length === 0;
    if (pace.isHeld || isMany || isLast) hold(answer, startedAt);
  }

  /** The server takes messages: what was refused while that was in doubt goes once more, alone. */
  function giveAnotherChance(): void {
    for (const entry of suspects.accepted()) {
      putLast(newBatch([entry], { acceptedAt: sending.clock.monotonic() }));
    }
  }

  function hold(answer: Answer, startedAt: number): void {
    pace.hold(startedAt);
    onTrouble(answer, pace.failures);
  }

  return apply;
}

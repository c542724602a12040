import type { Receipt } from './options.ts';
import type { BusinessContent, Ledger } from './queue/ledger.ts';
import { nameOf, type Entry, type Message } from './queue/message.ts';
import { createCounts, createFlushes, type Counts, type Flushes, type Outcome } from './queue/stats.ts';
import type { Reporter } from './reporter.ts';
import { witness } from './witness.ts';

/** What becomes of messages: counted, reported, and told to those who asked (P-1). */
export interface Outcomes {
  readonly counts: Counts;
  readonly flushes: Flushes;
  /** A message of the queue, or on its way there, is final. */
  final(entry: Entry, outcome: Outcome): void;
  /** A message never reaches the queue: it is final at once. */
  atOnce(event_id: string | null, outcome: Outcome, name?: string): Receipt;
}

type Dropped = Extract<Outcome, { status: 'dropped' }>;

export function createOutcomes(
  ledger: Ledger,
  reporter: Reporter,
  countDrop: (reason: Dropped['reason']) => void,
): Outcomes {
  const counts = createCounts();
  const flushes = createFlushes();
  const seen = witness();

  function drop(event_id: string | null, event: string | undefined, outcome: Dropped): void {
    const { status: _, ...why } = outcome;
    const dropped = { event_id, event, ...why };
    countDrop(why.reason);
    seen?.drop(dropped);
    reporter.drop(dropped);
  }

  return {
    counts,
    flushes,
    final(entry, outcome) {
      const { message } = entry;
      const { event_id } = message;
      entry.outcome = outcome;
      counts.final(outcome);
      flushes.final(entry.seq, outcome);
      if (outcome.status === 'dropped') {
        ledger.forget(event_id);
        drop(event_id, nameOf(message), outcome);
      } else if (outcome.conflict && !entry.isConflict) {
        reporter.conflict({ event_id, event: nameOf(message), seen_by: 'server' });
      }
      for (const tell of entry.told?.splice(0) ?? []) tell(outcome);
    },
    atOnce(event_id, outcome, name) {
      counts.final(outcome);
      if (outcome.status === 'dropped') drop(event_id, name, outcome);
      return { event_id, settled: () => Promise.resolve(outcome) };
    },
  };
}

export function receiptFor(entry: Entry): Receipt {
  return {
    event_id: entry.message.event_id,
    settled: () =>
      entry.outcome
        ? Promise.resolve(entry.outcome)
        : new Promise((resolve) => (entry.told ??= []).push(resolve)),
  };
}

/** What the ledger compares of a message. */
export const businessContent = ({ content }: Message): BusinessContent =>
  typeof content === 'string' ? (JSON.parse(content) as BusinessContent) : content;

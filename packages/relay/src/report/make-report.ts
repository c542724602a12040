import type { RegistryEntry } from '@tracklayer/core';
import type { LabelDay, StepCount } from '../store/steps.ts';
import type { DestinationCounts, ReportRow } from './report.ts';

interface Observations {
  steps: readonly StepCount[];
  labels: readonly LabelDay[];
  /** Of the registry in force: which label means which event. */
  entries: readonly RegistryEntry[];
  /** Only this event. */
  event?: string | undefined;
}

/** Puts counters together, by day and event (pure); sorted by both. */
export function makeReport({ steps, labels, entries, event }: Observations): ReportRow[] {
  const isAsked = (name: string): boolean => event === undefined || name === event;
  const seen = labels.flatMap((label) => {
    const entry = entries.find(
      ({ source, source_event }) => source === label.source && source_event === label.source_event,
    );
    return entry && isAsked(entry.canonical_event)
      ? [{ ...label, event: entry.canonical_event, isDraft: entry.status === 'draft' }]
      : [];
  });
  const stepsOf = Map.groupBy(
    steps.filter((step) => isAsked(step.event)),
    keyOf,
  );
  const seenOf = Map.groupBy(seen, keyOf);
  return [...new Set([...stepsOf.keys(), ...seenOf.keys()])].toSorted().map((key) => {
    const [ownSteps = [], ownLabels = []] = [stepsOf.get(key), seenOf.get(key)];
    const { day = '', event: name = '' } = ownSteps[0] ?? ownLabels[0] ?? {};
    return rowOf({ day, event: name }, ownSteps, ownLabels);
  });
}

const keyOf = ({ day, event }: { day: string; event: string }): string => `${day} ${event}`;

/** The rows of each event as one, in the order of their names; `day` is the first. */
export function totalsOf(rows: readonly ReportRow[]): ReportRow[] {
  const groups = Map.groupBy(rows, ({ event }) => event);
  return [...groups.keys()].toSorted().map((event) => (groups.get(event) ?? []).reduce(add));
}

function rowOf(
  { day, event }: { day: string; event: string },
  steps: readonly StepCount[],
  seen: readonly (LabelDay & { isDraft: boolean })[],
): ReportRow {
  const messages = (wanted: StepCount['step']): StepCount[] => steps.filter(({ step }) => step === wanted);
  const [accepted, duplicates, rejected] = [
    messages('accepted'),
    messages('duplicate'),
    messages('rejected'),
  ];
  const promoted = total([...accepted, ...duplicates].filter(({ name }) => name === 'heap'));
  const all = total(seen);
  const drafts = total(seen.filter(({ isDraft }) => isDraft));
  const destinations = new Set(messages('planned').map(({ name }) => name));
  return {
    day,
    event,
    seen: all,
    drafts,
    not_promoted: Math.max(0, all - drafts - promoted),
    uncounted: Math.max(0, promoted - (all - drafts)),
    promoted,
    received: total(accepted) + total(duplicates) + total(rejected),
    accepted: total(accepted),
    duplicates: total(duplicates),
    rejected: byReason(rejected),
    destinations: Object.fromEntries(
      [...destinations].toSorted().map((name) => [name, destinationOf(name, steps)]),
    ),
  };
}

function destinationOf(destination: string, steps: readonly StepCount[]): DestinationCounts {
  const of = (wanted: StepCount['step']): StepCount[] =>
    steps.filter(({ step, name }) => step === wanted && name === destination);
  const [planned, accepted] = [total(of('planned')), total(of('delivered'))];
  const pending = planned - accepted - total(of('skipped')) - total(of('failed'));
  return { planned, accepted, skipped: byReason(of('skipped')), failed: byReason(of('failed')), pending };
}

function add(a: ReportRow, b: ReportRow): ReportRow {
  const names = new Set([...Object.keys(a.destinations), ...Object.keys(b.destinations)]);
  const none: DestinationCounts = { planned: 0, accepted: 0, skipped: {}, failed: {}, pending: 0 };
  return {
    day: a.day,
    event: a.event,
    seen: a.seen + b.seen,
    drafts: a.drafts + b.drafts,
    not_promoted: a.not_promoted + b.not_promoted,
    uncounted: a.uncounted + b.uncounted,
    promoted: a.promoted + b.promoted,
    received: a.received + b.received,
    accepted: a.accepted + b.accepted,
    duplicates: a.duplicates + b.duplicates,
    rejected: addCounts(a.rejected, b.rejected),
    destinations: Object.fromEntries(
      [...names].toSorted().map((name) => {
        const [one, other] = [a.destinations[name] ?? none, b.destinations[name] ?? none];
        return [
          name,
          {
            planned: one.planned + other.planned,
            accepted: one.accepted + other.accepted,
            skipped: addCounts(one.skipped, other.skipped),
            failed: addCounts(one.failed, other.failed),
            pending: one.pending + other.pending,
          },
        ];
      }),
    ),
  };
}

const total = (counted: readonly { count: number }[]): number =>
  counted.reduce((sum, { count }) => sum + count, 0);

/** Counters that were taken back to zero are no reason any more. */
function byReason(steps: readonly StepCount[]): Record<string, number> {
  const sum = steps.map(({ reason, count }) => ({ [reason]: count })).reduce(addCounts, {});
  return Object.fromEntries(Object.entries(sum).filter(([, count]) => count !== 0));
}

function addCounts(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const sum: Record<string, number> = { ...a };
  for (const [reason, count] of Object.entries(b)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}

import type { Registry } from '@tracklayer/core';
import { nearMissOf } from '@tracklayer/core/adapter';
import type { DailyShape, SeenLabel } from '../store/drift.ts';
import type { Drift, EventDrift, NearMissLabel, SilentLabel } from './drift.ts';
import { findFieldDrift } from './find-field-drift.ts';

interface Observations {
  /** Event by event, so that nobody holds them all; each oldest day first. */
  shapes: Iterable<readonly DailyShape[]> | AsyncIterable<readonly DailyShape[]>;
  /** Counted since `since`. */
  labels: readonly SeenLabel[];
  registry: Registry;
  registry_version: number;
  /** The first day to look at; older ones tell what was usual. */
  since: string;
  /** Only this event. */
  event?: string | undefined;
}

/** Tells how events and labels have changed (docs/wire.md W-38). */
export async function findDrift({
  shapes,
  labels,
  registry,
  registry_version,
  since,
  event,
}: Observations): Promise<Drift> {
  const isAsked = (canonical_event: string): boolean => event === undefined || canonical_event === event;
  const asked = { ...registry, entries: registry.entries.filter((entry) => isAsked(entry.canonical_event)) };
  const events: EventDrift[] = [];
  const captured = new Map<string, string>();
  for await (const days of shapes) {
    events.push(...findEvents(days, since));
    for (const { source, event: name, day } of days) captured.set(keyOf(source, name), day);
  }
  const silent = findSilent(asked, { labels, captured, since });
  return { since, registry_version, events, silent, near_misses: findNearMisses(asked, labels) };
}

function findEvents(shapes: readonly DailyShape[], since: string): EventDrift[] {
  const groups = Map.groupBy(shapes, ({ event, source }) => keyOf(source, event));
  return [...groups.values()].flatMap((days) => {
    const recent = days.filter(({ day }) => day >= since);
    const [first] = recent;
    if (!first) return [];
    const sum = (count: 'copies' | 'conflicts' | 'rejected'): number =>
      recent.reduce((total, shape) => total + shape[count], 0);
    return [
      {
        event: first.event,
        source: first.source,
        copies: sum('copies'),
        conflicts: sum('conflicts'),
        rejected: sum('rejected'),
        ...findFieldDrift(days, since),
      },
    ];
  });
}

interface LastDays extends Pick<Observations, 'labels' | 'since'> {
  /** The last day of each source and event. */
  captured: ReadonlyMap<string, string>;
}

function findSilent({ entries }: Registry, { labels, captured, since }: LastDays): SilentLabel[] {
  const seen = new Map(labels.map((label) => [keyOf(label.source, label.source_event), label.last_seen]));
  const meant = Map.groupBy(
    entries.filter(({ status }) => status !== 'draft'),
    ({ source, canonical_event }) => keyOf(source, canonical_event),
  );
  return entries.flatMap(({ source, source_event, canonical_event, status }) => {
    if (status !== 'approved') return [];
    const promoted = keyOf(source, canonical_event);
    // Where no client reports labels, the events that came of them tell, when they can come of this label only.
    const isOnly = meant.get(promoted)?.length === 1;
    const last_seen = seen.get(keyOf(source, source_event)) ?? (isOnly ? captured.get(promoted) : undefined);
    return last_seen !== undefined && last_seen < since
      ? [{ source, source_event, canonical_event, last_seen }]
      : [];
  });
}

const keyOf = (source: string, name: string): string => JSON.stringify([source, name]);

function findNearMisses(registry: Registry, labels: readonly SeenLabel[]): NearMissLabel[] {
  const recent = labels.filter(({ count }) => count > 0);
  const bySource = Map.groupBy(recent, ({ source }) => source);
  return [...bySource].flatMap(([source, seen]) => {
    const nearMiss = nearMissOf(registry, source);
    return seen.flatMap(({ source_event, count }) => {
      const meant = registry.find(source, source_event) ? undefined : nearMiss(source_event);
      if (!meant) return [];
      const { source_event: expected, canonical_event } = meant;
      return [{ source, source_event, expected, canonical_event, count }];
    });
  });
}

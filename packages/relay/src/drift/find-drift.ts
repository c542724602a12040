import { nearMissOf, type Registry } from '@tracklayer/core';
import type { DailyShape, DailySighting } from '../store/store.ts';
import type { Drift, EventDrift, NearMissLabel, SilentLabel } from './drift.ts';
import { findFieldDrift } from './find-field-drift.ts';

interface Observations {
  /** Oldest day first. */
  shapes: readonly DailyShape[];
  sightings: readonly DailySighting[];
  registry: Registry;
  /** The first day to look at; older ones tell what was usual. */
  since: string;
  /** Only this event. */
  event?: string | undefined;
}

/** Tells how events and labels came apart from what they were (docs/wire.md W-38). */
export function findDrift({ shapes, sightings, registry, since, event }: Observations): Drift {
  const isAsked = (canonical_event: string): boolean => event === undefined || canonical_event === event;
  const asked = { ...registry, entries: registry.entries.filter((entry) => isAsked(entry.canonical_event)) };
  return {
    since,
    events: findEvents(
      shapes.filter((shape) => isAsked(shape.event)),
      since,
    ),
    silent: findSilent(asked, { shapes, sightings, since }),
    near_misses: findNearMisses(asked, { shapes, sightings, since }),
  };
}

function findEvents(shapes: readonly DailyShape[], since: string): EventDrift[] {
  const groups = Map.groupBy(shapes, ({ event, source }) => `${event} ${source}`);
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

type Days = Pick<Observations, 'shapes' | 'sightings' | 'since'>;

function findSilent({ entries }: Registry, { shapes, sightings, since }: Days): SilentLabel[] {
  return entries.flatMap(({ source, source_event, canonical_event, status }) => {
    if (status !== 'approved') return [];
    const seen = sightings.filter((s) => s.source === source && s.source_event === source_event);
    const labels = entries.filter((entry) => entry.source === source && isLike(entry, canonical_event));
    // Where no client reports labels, the events that came of them tell, when they can come of this label only.
    const promoted =
      labels.length === 1 ? shapes.filter((s) => s.source === source && s.event === canonical_event) : [];
    const last_seen = (seen.length > 0 ? seen : promoted).at(-1)?.day;
    return last_seen !== undefined && last_seen < since
      ? [{ source, source_event, canonical_event, last_seen }]
      : [];
  });
}

const isLike = (entry: { canonical_event: string; status: string }, canonical_event: string): boolean =>
  entry.canonical_event === canonical_event && entry.status !== 'draft';

function findNearMisses(registry: Registry, { sightings, since }: Days): NearMissLabel[] {
  const recent = sightings.filter(({ day }) => day >= since);
  const bySource = Map.groupBy(recent, ({ source }) => source);
  return [...bySource].flatMap(([source, seen]) => {
    const nearMiss = nearMissOf(registry, source);
    return [...Map.groupBy(seen, ({ source_event }) => source_event)].flatMap(([source_event, days]) => {
      const meant = registry.find(source, source_event) ? undefined : nearMiss(source_event);
      if (!meant) return [];
      const { source_event: expected, canonical_event } = meant;
      const count = days.reduce((total, day) => total + day.count, 0);
      return [{ source, source_event, expected, canonical_event, count }];
    });
  });
}

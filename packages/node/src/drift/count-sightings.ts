import type { Registry } from '@tracklayer/core';
import { knownLabels } from './known-labels.ts';
import type { ReportSightings } from './report-sightings.ts';
import { isLabel } from './sighting.ts';

const maxLabels = 500;
const minuteMs = 60_000;

/** Labels of one source, counted here and reported from time to time. */
export interface SightingCount {
  add(source_event: string): void;
  /** Sends the counts on their way when the last report is a minute old; keeps those that do not arrive. */
  reportIfDue(): void;
}

/** Counts what the registry names, or nearly. No timer: whoever counts says when there is an occasion. */
export function countSightings({
  registry,
  source,
  report,
  now,
}: {
  registry: Registry;
  source: string;
  report: ReportSightings;
  now: () => number;
}): SightingCount {
  const isKnown = knownLabels(registry);
  let counts = new Map<string, number>();
  let reportedAt = -Infinity;

  function add(source_event: string, count = 1): void {
    const known = counts.get(source_event);
    if (known === undefined && counts.size >= maxLabels) return;
    counts.set(source_event, (known ?? 0) + count);
  }

  async function send(taken: ReadonlyMap<string, number>): Promise<void> {
    const sightings = [...taken].map(([source_event, count]) => ({ source, source_event, count }));
    try {
      if (await report(sightings)) return;
    } catch {
      // A client of the app's own: as if it had said no.
    }
    for (const [source_event, count] of taken) add(source_event, count);
  }

  return {
    add: (source_event) => {
      if (isLabel(source_event) && isKnown(source, source_event)) add(source_event);
    },
    reportIfDue() {
      if (counts.size === 0 || now() < reportedAt + minuteMs) return;
      reportedAt = now();
      const taken = counts;
      counts = new Map();
      void send(taken);
    },
  };
}

import type { Registry, Stats } from '@tracklayer/core';
import type { HeapConnectOptions, HeapConnectOutcome } from '@tracklayer/node/heap-connect';

/** Rows of one label, by what became of them, or would. */
export interface ImportedLabel {
  source_event: string;
  canonical_event: string;
  counts: Partial<Record<HeapConnectOutcome['status'], number>>;
  /** How many rows lack each of these. */
  missing_properties: Record<string, number>;
  /** The first few. */
  sample_event_ids: string[];
}

/** What `heap import` prints with `--json`. */
export interface HeapImport {
  labels: readonly ImportedLabel[];
  /** Tables that no entry names. */
  unread_tables: readonly string[];
  /** What became of the events at the relay; absent in a dry run. */
  delivery?: Stats;
}

const maxSamples = 3;

/** Counts the rows of an import by label. */
export function collectRows({ entries }: Registry): {
  labels: readonly ImportedLabel[];
  onRow: NonNullable<HeapConnectOptions['onRow']>;
} {
  const labels = entries
    .filter(({ source }) => source === 'heap')
    .map(({ source_event, canonical_event }) => ({
      source_event,
      canonical_event,
      counts: {},
      missing_properties: {},
      sample_event_ids: [],
    }));
  const byLabel = new Map<string, ImportedLabel>(labels.map((label) => [label.source_event, label]));
  return {
    labels,
    onRow(source_event, outcome) {
      const label = byLabel.get(source_event);
      if (!label) return;
      const { counts, missing_properties, sample_event_ids } = label;
      counts[outcome.status] = (counts[outcome.status] ?? 0) + 1;
      if (outcome.status === 'missing') {
        for (const name of outcome.missing) missing_properties[name] = (missing_properties[name] ?? 0) + 1;
      }
      if (outcome.status === 'promoted' && sample_event_ids.length < maxSamples) {
        sample_event_ids.push(outcome.event.event_id);
      }
    },
  };
}

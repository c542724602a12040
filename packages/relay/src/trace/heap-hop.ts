import { nearMissOf } from '@tracklayer/core/adapter';
import type { TraceFacts } from './facts.ts';
import type { Hop } from './trace.ts';

/** Whether Heap saw a label that means this event: by the event's own source, else by what clients reported. */
export function heapHop({ event, record, registry, labels, since }: TraceFacts): Hop {
  const own = registry.entries.filter((entry) => entry.source === 'heap' && entry.canonical_event === event);
  const names = own.map(({ source_event }) => source_event);
  const seen = labels.filter(({ source, source_event }) => source === 'heap' && names.includes(source_event));
  const value = {
    labels: seen.map(({ source_event, count, last_seen }) => ({ source_event, count, last_seen })),
  };
  const base = { hop: 'heap', value } as const;

  if (record?.event.source === 'heap') {
    const at = record.event.occurred_at ?? record.received_at;
    return {
      ...base,
      verdict: 'ok',
      at,
      detail: `Heap got ${listed(names) ?? 'the call'}, and it was promoted`,
    };
  }
  const recent = seen.filter(({ count }) => count > 0);
  if (recent.length > 0) {
    const [latest] = recent.toSorted((a, b) => (a.last_seen < b.last_seen ? 1 : -1));
    const detail = recent
      .map(({ source_event, count }) => `${quoted(source_event)} ${count} times`)
      .join(', ');
    return {
      ...base,
      verdict: 'ok',
      at: latest?.last_seen ?? null,
      detail: `Heap saw ${detail} since ${since}`,
    };
  }
  const near = nearOf({ event, registry, labels });
  if (near) {
    return {
      ...base,
      verdict: 'failed',
      at: near.last_seen,
      detail: `Heap saw ${quoted(near.source_event)} ${near.count} times, and the registry names ${quoted(near.expected)}`,
      advice: `name the label as the page does: set source_event to ${quoted(near.source_event)} in the registry, and push it`,
    };
  }
  if (seen.length > 0) {
    return {
      ...base,
      verdict: 'missing',
      at: seen[0]?.last_seen ?? null,
      detail: `Heap saw ${listed(names)} before ${since}, and not since`,
      advice:
        'see whether the page still calls heap.track with this label; after a rename, change source_event in the registry',
    };
  }
  return {
    ...base,
    verdict: 'missing',
    at: null,
    detail:
      names.length > 0 ? `no client reported the label ${listed(names)}` : `no label of Heap means ${event}`,
    advice:
      'for events of Heap, add an entry to the registry and promoteHeap with countLabels to the page; an event from a server needs neither',
  };
}

function nearOf({ event, registry, labels }: Pick<TraceFacts, 'event' | 'registry' | 'labels'>) {
  const nearMiss = nearMissOf(registry, 'heap');
  for (const { source, source_event, count, last_seen } of labels) {
    if (source !== 'heap' || count === 0 || registry.find('heap', source_event)) continue;
    const meant = nearMiss(source_event);
    if (meant?.canonical_event === event) {
      return { source_event, count, last_seen, expected: meant.source_event };
    }
  }
  return undefined;
}

const quoted = (label: string): string => JSON.stringify(label);
const listed = (labels: readonly string[]): string | undefined =>
  labels.length > 0 ? labels.map(quoted).join(' or ') : undefined;

import type { Drift, EventDrift } from '../../drift/drift.ts';

/** A drift for people. */
export function describeDrift({ since, registry_version, events, silent, near_misses }: Drift): string {
  const lines = [
    ...events.flatMap(describeEvent),
    ...silent.map(
      (label) => `silent     ${label.source} "${label.source_event}", last seen ${label.last_seen}`,
    ),
    ...near_misses.map(
      (near) =>
        `near miss  ${near.source} "${near.source_event}", ${near.count} times; meant "${near.expected}"?`,
    ),
  ];
  const seen = lines.length > 0 ? lines : ['nothing was seen'];
  const advice =
    registry_version > 0
      ? []
      : [
          'no registry is in force, so labels are not compared; put one: tracklayer registry push registry.yaml',
        ];
  return [`since ${since}`, ...seen, ...advice].join('\n');
}

function describeEvent(drift: EventDrift): string[] {
  const { event, source, copies, conflicts, rejected, added, vanished, type_changed } = drift;
  return [
    `${event} from ${source || 'no source'}: ${copies} copies, ${conflicts} conflicts, ${rejected} rejected`,
    ...added.map(
      (field) =>
        `  added    ${field.path} (${field.types.join(', ')}) in ${percent(field.share)} since ${field.since}`,
    ),
    ...vanished.map(
      (field) => `  vanished ${field.path}, once in ${percent(field.share)}, last seen ${field.last_seen}`,
    ),
    ...type_changed.map(
      (field) => `  type     ${field.path} ${shares(field.from)} → ${shares(field.to)} since ${field.since}`,
    ),
  ];
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
const shares = (types: Readonly<Record<string, number>>): string =>
  Object.entries(types)
    .map(([type, share]) => `${type} ${percent(share)}`)
    .join(', ');

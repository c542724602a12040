import { nearMissOf, type Registry } from '@tracklayer/core';

/** Whether a label is one that the registry names, or nearly: nothing else of a source is the relay's to know (P-5). */
export type IsKnownLabel = (source: string, source_event: string) => boolean;

export function knownLabels(registry: Registry): IsKnownLabel {
  const sources = new Set(registry.entries.map(({ source }) => source));
  const nearMisses = new Map([...sources].map((source) => [source, nearMissOf(registry, source)]));
  return (source, source_event) =>
    registry.find(source, source_event) !== undefined || nearMisses.get(source)?.(source_event) !== undefined;
}

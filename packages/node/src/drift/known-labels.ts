import type { Registry } from '@tracklayer/core';
import { nearMissOf } from '@tracklayer/core/adapter';

/** Whether a label is one that the registry names, or nearly: nothing else of a source is the relay's to know (P-5). */
export type IsKnownLabel = (source: string, source_event: string) => boolean;

/** Follows a registry that is refreshed. */
export function knownLabels(registry: Registry): IsKnownLabel {
  const nearMisses = new Map<string, ReturnType<typeof nearMissOf>>();
  return (source, source_event) => {
    // A page may name any source: one is remembered only when an entry names it too.
    if (!registry.entries.some((entry) => entry.source === source)) return false;
    const nearMiss = nearMisses.get(source) ?? nearMissOf(registry, source);
    nearMisses.set(source, nearMiss);
    return registry.find(source, source_event) !== undefined || nearMiss(source_event) !== undefined;
  };
}

import type { RegistryEntry } from '@tracklayer/core';
import { promotesUntil } from '@tracklayer/core/adapter';

/** Deprecated entries for people, a line each: they promote quietly until somebody looks. */
export function describeDeprecated(entries: readonly RegistryEntry[], now: number): string[] {
  return entries
    .filter(({ status }) => status === 'deprecated')
    .map((entry) => {
      const { source, source_event, deprecated_until = 'its deprecated_until, which is missing' } = entry;
      const what = now < promotesUntil(entry) ? 'promotes until' : 'expired on';
      return `deprecated  ${source} "${source_event}": ${what} ${deprecated_until}`;
    });
}

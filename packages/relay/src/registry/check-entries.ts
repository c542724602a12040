import {
  isTrackLayerError,
  parseRegistry,
  type EventMap,
  type Events,
  type Problem,
  type Registry,
} from '@tracklayer/core';

/** A registry that can be used, or everything that is wrong and in which entry: `entries.3.status`. */
export function checkEntries(
  entries: unknown,
  events: Events<EventMap> | undefined,
): { registry: Registry } | { problems: readonly Problem[] } {
  try {
    return { registry: parseRegistry(entries, { events }) };
  } catch (error) {
    if (!isTrackLayerError(error)) throw error;
    return { problems: error.problems };
  }
}

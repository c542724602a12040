import {
  isTrackLayerError,
  parseRegistry,
  type EventMap,
  type Events,
  type FieldError,
  type Registry,
} from '@tracklayer/core';

/** A registry that can be used, or what is wrong and in which entry: `entries.3`. */
export function checkEntries(
  entries: unknown,
  events: Events<EventMap> | undefined,
): { registry: Registry } | { fault: FieldError } {
  try {
    return { registry: parseRegistry(entries, { events }) };
  } catch (error) {
    if (!isTrackLayerError(error)) throw error;
    const message = error.message.replace(/^\[\w+\] /, '');
    const place = /^entry (\d+)/.exec(message)?.[1];
    return { fault: { path: place === undefined ? 'entries' : `entries.${place}`, message } };
  }
}

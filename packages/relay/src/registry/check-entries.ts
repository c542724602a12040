import { isTrackLayerError, parseRegistry, type FieldError, type Registry } from '@tracklayer/core';

/** A registry that can be used, or what is wrong and in which entry: `entries.3`. */
export function checkEntries(entries: unknown): { registry: Registry } | { fault: FieldError } {
  try {
    return { registry: parseRegistry(entries) };
  } catch (error) {
    if (!isTrackLayerError(error)) throw error;
    const message = error.message.replace(/^\[\w+\] /, '');
    const place = /^entry (\d+)/.exec(message)?.[1];
    return { fault: { path: place === undefined ? 'entries' : `entries.${place}`, message } };
  }
}

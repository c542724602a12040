import { parseRegistry, TrackLayerError, type EventMap, type Events, type Registry } from '@tracklayer/core';
import { parseAllDocuments } from 'yaml';

/**
 * Reads a registry from JSON or YAML: `{ entries: [...] }`, a list of entries, or the guide's blocks, one a document.
 *
 * @param events - those that entries may name, by `defineEvents`. Default: the built-in ones.
 * @throws TrackLayerError `invalid_registry`, naming the entry or the line.
 */
export function readRegistryFile(text: string, events?: Events<EventMap>): Registry {
  // JSON is YAML. Merge keys and aliases are welcome; a file of our own user is no attack.
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return parseRegistry([], { events });
  const values = documents.flatMap((document): unknown[] => {
    const [error] = document.errors;
    if (error) throw new TrackLayerError('invalid_registry', error.message.split('\n', 1)[0] ?? '');
    const value: unknown = document.toJS();
    if (value === null) return [];
    return Array.isArray(value) ? (value as unknown[]) : [value];
  });
  const [only] = values;
  const isAnswer = values.length === 1 && typeof only === 'object' && only !== null && 'entries' in only;
  return parseRegistry(isAnswer ? only : values, { events });
}

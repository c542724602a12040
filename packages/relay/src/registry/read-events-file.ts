import { parseEvents, TrackLayerError, type EventMap, type Events } from '@tracklayer/core';
import { parseDocument } from 'yaml';

/**
 * Reads own events from JSON or YAML: the table that `defineEvents` takes.
 *
 * @throws TrackLayerError `invalid_options`, naming the event and the field, or the line.
 */
export const readEventsFile = (text: string): Events<EventMap> => readEventsTable(text).events;

/** The same, with the table as it is written there. */
export function readEventsTable(text: string): { table: unknown; events: Events<EventMap> } {
  // JSON is YAML.
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new TrackLayerError('invalid_options', error.message.split('\n', 1)[0] ?? '');
  const table: unknown = document.toJS();
  return { table, events: parseEvents(table) };
}

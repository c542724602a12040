import { parseEvents, TrackLayerError, type EventMap, type Events } from '@tracklayer/core';
import { parseDocument } from 'yaml';

/**
 * Reads own events from JSON or YAML: the table that `defineEvents` takes.
 *
 * @throws TrackLayerError `invalid_options`, naming the event and the field, or the line.
 */
export function readEventsFile(text: string): Events<EventMap> {
  // JSON is YAML.
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new TrackLayerError('invalid_options', error.message.split('\n', 1)[0] ?? '');
  return parseEvents(document.toJS());
}

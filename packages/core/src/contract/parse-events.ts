import { TrackLayerError } from '../errors.ts';
import { problemAt } from '../event/problem.ts';
import { defineEvents, type Events } from './define-events.ts';
import type { EventMap, OwnEvent } from './own-event.ts';

/**
 * Makes events from data: the table that `defineEvents` takes, as text or already read from JSON or YAML. It can do what
 * {@link defineEvents} can, Standard Schemas apart.
 *
 * @throws TrackLayerError `invalid_options`, as `defineEvents`, and when a row has a field that is not as it should be;
 *   the event and the field are named.
 * @example
 * const events = parseEvents(await readFile('tracklayer.events.json', 'utf8'));
 */
export function parseEvents(json: unknown): Events<EventMap> {
  const rows = typeof json === 'string' ? readText(json) : json;
  return defineEvents(rows as Readonly<Record<string, OwnEvent>>);
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TrackLayerError('invalid_options', 'events is not JSON', {
      problems: [problemAt('events', 'is not JSON')],
    });
  }
}

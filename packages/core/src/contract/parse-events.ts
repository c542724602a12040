import { TrackLayerError } from '../errors.ts';
import { defineEvents, type Events } from './define-events.ts';
import type { EventMap, OwnEvent } from './own-event.ts';

type Fields = Readonly<Record<string, unknown>>;

const fields: readonly string[] = ['required', 'key', 'priority', 'properties'];

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
  if (!isFields(rows)) throw invalid('there is no table of events: { "redeem_points": { … } }');
  for (const [event, row] of Object.entries(rows)) {
    const fault = isFields(row) ? faultOf(row) : 'is no { required, key, priority, properties }';
    if (fault) throw invalid(`${JSON.stringify(event)} ${fault}`);
  }
  return defineEvents(rows as Readonly<Record<string, OwnEvent>>);
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('the text is no JSON');
  }
}

function faultOf(row: Fields): string | undefined {
  // A mistyped field would ask nothing of the event, and nobody would know.
  const unknown = Object.keys(row).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    return `has the unknown field ${JSON.stringify(unknown)}; there are ${fields.join(', ')}`;
  }
  const { required, key, properties } = row;
  if (required !== undefined && !(Array.isArray(required) && required.every(isText)))
    return 'has required that is no list of names';
  if (key !== undefined && !isText(key)) return 'has a key that is no text, such as "redemption_id"';
  if (isText(key) && key.split('|').some((parts) => parts !== '' && parts.split('.').includes('')))
    return 'has a key with an empty part';
  if (properties !== undefined && !(isFields(properties) && Object.values(properties).every(isText)))
    return 'has properties that are no map of name to type, such as { "points": "number" }';
  return undefined;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);

import { isFields } from '../event/is-fields.ts';
import { TrackLayerError } from '../errors.ts';
import { keyShape } from '../event/event-id.ts';
import { kindOf, problemAt, type ProblemCode } from '../event/problem.ts';
import { canonicalEvents, propertyTypes, type EventRow } from './canonical-events.ts';
import type { BuiltInEvents } from './capture-input.ts';
import { createContract, type Contract, type ContractRow } from './contract.ts';
import { propertiesOfKey } from './key-properties.ts';
import type { EventMap, EventsOf, OwnEvent } from './own-event.ts';
import { typeRows, type OwnPropertyType } from './property-types.ts';
import { refusalsOf, type StandardSchema } from './standard-schema.ts';

/** The built-in events and your own, for the option `events` of clients, handlers, `parseEvent` and registries. */
export interface Events<Map extends EventMap = BuiltInEvents> extends Contract {
  /** Never set: carries the types. */
  readonly '~map'?: Map | undefined;
}

/**
 * Adds events of your own to the built-in ones, and asks more of those. Write it once, and hand it to page and server.
 *
 * @param options - `unknown: 'refuse'` makes properties that nobody defined a compile error. They travel all the same
 *   when JavaScript sends them (docs/wire.md W-1). Default `keep`.
 * @throws TrackLayerError `invalid_options`, with the event named: a name that is none, a key or a required property
 *   without a type, another meaning for a built-in property or key, two events whose ids could be equal (wire §8).
 * @example
 * const events = defineEvents({
 *   redeem_points: { required: ['redemption_id', 'points'], key: 'redemption_id',
 *     properties: { redemption_id: 'id', points: 'number' } },
 *   purchase: { required: ['store_id'], properties: { store_id: 'text' } },
 *   finish_quiz: { properties: z.object({ score: z.number() }) },
 * });
 */
export function defineEvents<
  const Rows extends Readonly<Record<string, OwnEvent>>,
  const Unknown extends 'keep' | 'refuse' = 'keep',
>(rows: Rows, _options: { unknown?: Unknown | undefined } = {}): Events<EventsOf<Rows, Unknown>> {
  if (!isFields(rows)) throw invalid('events', `must map names to events, got ${kindOf(rows)}`);
  const all: Record<string, ContractRow> = { ...canonicalEvents };
  for (const [event, row] of Object.entries<OwnEvent>(rows)) all[event] = compile(event, row);
  refuseEqualIds(all);
  return createContract(all);
}

const builtInRow = (event: string): EventRow =>
  Object.hasOwn(canonicalEvents, event) ? canonicalEvents[event as keyof typeof canonicalEvents] : {};

function compile(event: string, row: OwnEvent): ContractRow {
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(event)) {
    throw invalid(event, 'is not an event name: use lower case letters, digits and _, as in redeem_points');
  }
  refuseRow(event, row);
  const before = builtInRow(event);
  const { properties = {}, key = before.key, priority = before.priority } = row;
  const schema = isSchema(properties) ? properties : undefined;
  const types = isSchema(properties) ? {} : properties;
  for (const [name, type] of Object.entries(types)) refuseType(event, name, type);
  if (before.key !== undefined && key !== before.key) {
    throw invalid(`${event}.key`, `must be ${before.key}, as it is everywhere (docs/wire.md §8)`);
  }
  if (![0, 1, 2, 3, undefined].includes(priority))
    throw invalid(`${event}.priority`, `must be 0, 1, 2 or 3, got ${kindOf(priority)}`);
  const required = [...new Set([...(before.required ?? []), ...(row.required ?? [])])];
  const isKnown = (name: string): boolean =>
    schema !== undefined || Object.hasOwn(types, name) || Object.hasOwn(propertyTypes, name);
  const untyped = [...required, ...propertiesOfKey(key)].find((name) => !isKnown(name));
  if (untyped !== undefined) {
    throw invalid(`${event}.properties.${untyped}`, 'must have a type, since the event needs it', 'missing');
  }
  return {
    required,
    ...(key !== undefined && { key }),
    priority,
    types,
    schema,
    also: schema && ((given) => refusalsOf(schema, given)),
  };
}

const fields: readonly string[] = ['required', 'key', 'priority', 'properties'];

/** Refuses a row of JavaScript or JSON, where no compiler looked. */
function refuseRow(event: string, row: unknown): void {
  if (!isFields(row)) throw invalid(event, `must be { ${fields.join(', ')} }, got ${kindOf(row)}`);
  // A mistyped field would ask nothing of the event, and nobody would know.
  const unknown = Object.keys(row).find((field) => !fields.includes(field));
  if (unknown !== undefined) {
    throw invalid(
      `${event}.${unknown}`,
      `is not a field of an event: those are ${fields.join(', ')}`,
      'unknown_field',
    );
  }
  const { required, key, properties } = row;
  if (required !== undefined && !(Array.isArray(required) && required.every(isText))) {
    throw invalid(`${event}.required`, `must be a list of names, got ${kindOf(required)}`);
  }
  if (key !== undefined && !isText(key)) {
    throw invalid(`${event}.key`, `must be text such as "redemption_id", got ${kindOf(key)}`);
  }
  if (isText(key) && !keyShape.test(key)) throw invalid(`${event}.key`, 'must not have an empty part');
  const areTypes = isFields(properties) && Object.values(properties).every(isText);
  if (properties !== undefined && !isSchema(properties) && !areTypes) {
    throw invalid(`${event}.properties`, 'must map names to types, such as { "points": "number" }');
  }
}

function refuseType(event: string, name: string, type: OwnPropertyType): void {
  const meaning = Object.hasOwn(propertyTypes, name) && propertyTypes[name as keyof typeof propertyTypes];
  if (meaning && meaning !== type) {
    throw invalid(`${event}.properties.${name}`, `must be ${meaning}, as it is in every event`);
  }
  if (!meaning && !Object.hasOwn(typeRows, type)) {
    throw invalid(`${event}.properties.${name}`, `must be one of ${Object.keys(typeRows).join(', ')}`);
  }
  if (name.endsWith('_sha256') !== (type === 'hash')) {
    throw invalid(
      `${event}.properties.${name}`,
      'must end in _sha256 and be of type hash, or neither (docs/wire.md W-18)',
    );
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isSchema = (properties: unknown): properties is StandardSchema =>
  typeof (properties as Partial<StandardSchema> | null)?.['~standard']?.validate === 'function';

/** An id is `<key>_<event>` (wire W-6): the `purchase` of order "a_first" is the `first_purchase` of order "a". */
function refuseEqualIds(rows: Readonly<Record<string, EventRow>>): void {
  const keyed = Object.entries(rows).flatMap(([event, { key }]) => (key ? [event] : []));
  const names = new Set(keyed);
  for (const event of keyed) {
    for (let at = event.indexOf('_'); at > 0; at = event.indexOf('_', at + 1)) {
      const other = event.slice(at + 1);
      if (!names.has(other)) continue;
      throw invalid(
        event,
        `and ${other} could get the same event_id, x_${event}; rename one, or remove its key (docs/wire.md §8)`,
      );
    }
  }
}

const invalid = (path: string, message: string, code?: ProblemCode): TrackLayerError =>
  new TrackLayerError('invalid_options', `${path} ${message}`, {
    problems: [problemAt(path, message, code)],
  });

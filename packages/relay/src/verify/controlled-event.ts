import { createHash } from 'node:crypto';
import { TrackLayerError, type EventMap, type Events, type Json, type JsonObject } from '@tracklayer/core';
import { keyProperties, propertyTypes } from '@tracklayer/core/adapter';

/**
 * The properties of a controlled event: those that are given, and a plain value for each other one that the event requires
 * or that makes its id.
 *
 * @param tag - tells one verification from the next: it is in the business id.
 */
export function controlledProperties(
  event: string,
  given: JsonObject,
  events: Events<EventMap>,
  tag: string,
): JsonObject {
  const row = events.rows[event];
  if (!row) throw new TrackLayerError('invalid_options', `${event} is not in the vocabulary`);
  const needed = new Set([...keyProperties(event, { events }), ...(row.required ?? [])]);
  const typeOf = (name: string): string | undefined =>
    row.types?.[name] ?? propertyTypes[name as keyof typeof propertyTypes];
  const made = [...needed].filter((name) => given[name] === undefined);
  return { ...Object.fromEntries(made.map((name) => [name, valueOf(typeOf(name), tag)])), ...given };
}

function valueOf(type: string | undefined, tag: string): Json {
  switch (type) {
    case 'amount':
    case 'number':
      return 1;
    case 'currency':
      return 'EUR';
    case 'boolean':
      return true;
    case 'hash':
      return createHash('sha256').update(tag).digest('hex');
    case 'items':
      return [{ item_id: tag, quantity: 1, price: 1 }];
    default:
      return tag;
  }
}

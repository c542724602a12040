import {
  eventId,
  isTrackLayerError,
  promote,
  type EventMap,
  type Events,
  type Promotion,
  type Registry,
  type SourceEvent,
} from '@tracklayer/core';
import { problemOfPersonId } from '@tracklayer/core/adapter';

/** Whom Heap saw, in its words. */
export interface HeapVisitor {
  /** Your id of the person, where the visitor is identified. */
  identity?: string | undefined;
  /** Heap's id of the visitor. */
  user_id?: string | undefined;
  properties: Readonly<Record<string, unknown>>;
}

/** Whom an event is about, in ours. */
export interface HeapEventPerson {
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
}

const amounts = ['value', 'tax', 'shipping'];

/**
 * Promotes an event as Heap stores it. Heap keeps every value as text, so amounts in plain decimals become numbers
 * again, and an entry works for the page and for what Heap gives out.
 */
export function promoteStored(registry: Registry, event: SourceEvent): Promotion {
  const promotion = promote(registry, event);
  if (promotion.status !== 'promoted') return promotion;
  const properties = { ...promotion.properties };
  for (const name of amounts) {
    const value = properties[name];
    if (typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value)) properties[name] = Number(value);
  }
  return { ...promotion, properties };
}

/** The `event_id` that the event's business key makes, `undefined` when it has none. */
export function businessIdOf(
  event: string,
  properties: Readonly<Record<string, unknown>>,
  person: HeapEventPerson,
  events: Events<EventMap> | undefined,
): string | undefined {
  try {
    return eventId(event, properties, { ...person, events });
  } catch (cause) {
    if (isTrackLayerError(cause)) return undefined;
    throw cause;
  }
}

/**
 * The identity is the person, unless it is none that we take (docs/wire.md W-19), as an address. A visitor without is
 * `heap_<user_id>`, or what `stampHeapUser` put on Heap's user in the page.
 */
export function personOfVisitor({ identity, user_id, properties }: HeapVisitor): HeapEventPerson {
  const stamp = properties['tracklayer_anonymous_id'];
  const anonymous_id = typeof stamp === 'string' && !problemOfPersonId(stamp) ? stamp : undefined;
  if (identity !== undefined && !problemOfPersonId(identity)) {
    return { user_id: identity, ...(anonymous_id && { anonymous_id }) };
  }
  if (anonymous_id) return { anonymous_id };
  return user_id ? { anonymous_id: `heap_${user_id}` } : {};
}

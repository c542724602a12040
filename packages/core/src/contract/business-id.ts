import { makeEventId, readKey, type BusinessKey, type EventIdResult } from '../event/event-id.ts';
import { TrackLayerError } from '../errors.ts';
import { canonicalEvents, type EventRow } from './canonical-events.ts';

const none = { none: true } as const;
const plain = /^[\w-]+$/;
const keys = new Map<string, BusinessKey & { only: string | undefined }>();
for (const [event, { key }] of Object.entries<EventRow>(canonicalEvents)) {
  if (key) keys.set(event, { ...readKey(key), only: /^(?!user_id$|anonymous_id$)\w+$/.test(key) ? key : undefined });
}

/** The `event_id` that an event's business key makes (docs/wire.md W-6, §8). */
export function businessEventId(
  event: string,
  properties: Readonly<Record<string, unknown>> | undefined,
  user_id: string | undefined,
  anonymous_id: string | undefined,
): EventIdResult {
  const key = keys.get(event);
  if (!key) return none;
  if (key.only !== undefined && properties && Object.hasOwn(properties, key.only)) {
    // Most ids by far: one property of plain text.
    const part = properties[key.only];
    if (typeof part === 'string' && part.length < 64 && plain.test(part)) return { id: `${part}_${event}` };
  }
  return makeEventId(event, key, (name) => {
    if (name === 'user_id') return user_id;
    if (name === 'anonymous_id') return anonymous_id;
    return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
  });
}

/**
 * The `event_id` of a milestone, the same bytes in every runtime: what `capture` gives it in the page and on the
 * server (docs/wire.md W-6; further examples in docs/event-id-vectors.json).
 *
 * @throws TrackLayerError `invalid_event` when the event is unknown, its key is missing, or it has none (such events
 *   get a random id at capture).
 * @example
 * eventId('purchase', { order_id: 'ord_10492' }); // 'ord_10492_purchase'
 */
export function eventId(
  event: string,
  properties?: Readonly<Record<string, unknown>>,
  person: { user_id?: string | undefined; anonymous_id?: string | undefined } = {},
): string {
  const made = Object.hasOwn(canonicalEvents, event)
    ? businessEventId(event, properties, person.user_id, person.anonymous_id)
    : { problem: 'it is no canonical event' };
  if ('id' in made) return made.id;
  const problem = 'problem' in made ? made.problem : 'it has no business key and gets a random id at capture';
  throw new TrackLayerError('invalid_event', `${event}: ${problem}`);
}

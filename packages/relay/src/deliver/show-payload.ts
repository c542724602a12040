import type { Json, JsonObject } from '@tracklayer/core';
import type { AcceptedEvent } from '@tracklayer/destinations';

/** Characters that are kept of one payload. */
const maxLength = 4_000;
/** Values of an event that are looked for in its payload. */
const maxValues = 200;

/**
 * Shows what was sent of an event, as JSON that may be cut: every field, but of values only those that the event's name,
 * id, time and properties hold. All others may tell of a person: a hash is `[hash]`, anything else `[text]` or `[number]`.
 *
 * @param name - what the event is called there.
 */
export function showPayload(payload: JsonObject, event: AcceptedEvent, name: string | undefined): string {
  const known = valuesOf(event, name);
  const shown = JSON.stringify(payload, (_, value: Json) => {
    if (typeof value === 'number') return known.has(value) ? value : '[number]';
    if (typeof value !== 'string' || known.has(value)) return value;
    return /^[0-9a-f]{64}$/.test(value) ? '[hash]' : '[text]';
  });
  return shown.slice(0, maxLength);
}

function valuesOf(
  { event, event_id, occurred_at, properties = {} }: AcceptedEvent,
  name = event,
): ReadonlySet<Json> {
  const at = Date.parse(occurred_at);
  const known = new Set<Json>([event, name, event_id, occurred_at, at, Math.floor(at / 1_000), at * 1_000]);
  const add = (value: Json | undefined): void => {
    if (known.size >= maxValues) return;
    // An address that slipped into a property.
    if (typeof value === 'string' && !value.includes('@')) known.add(value);
    // Some platforms take amounts as text.
    else if (typeof value === 'number') known.add(value).add(String(value)).add(value.toFixed(2));
    else if (typeof value === 'object' && value !== null)
      for (const key of Object.keys(value)) add((value as JsonObject)[key]);
  };
  add(properties);
  return known;
}

import { makeEventId } from '../event/event-id.ts';
import type { Json } from '../event/event.ts';
import { promotesUntil } from './promotes-until.ts';
import type { Condition, Registry, RegistryEntry } from './registry.ts';
import { readSource } from './source.ts';

/** Something that a source saw: one call of `heap.track`, one row of an export. */
export interface SourceEvent {
  source: string;
  source_event: string;
  properties?: unknown;
  /** When, in milliseconds since 1970, for deprecated entries. Default: before their date. */
  at?: number | undefined;
}

/** What a source event becomes. Only `promoted` leaves; the others say why not. */
export type Promotion =
  /** No entry names it: it stays in the source. */
  | { status: 'unmapped' }
  /** Its entry is a draft, or was deprecated and is over. */
  | { status: 'draft'; entry: RegistryEntry }
  /**
   * Its entry requires properties, or makes the event_id of some, that it lacks: they are absent, or cannot be cast, such
   * as an amount that is not a whole number of its currency's minor units.
   */
  | { status: 'missing'; entry: RegistryEntry; missing: readonly string[] }
  /** A condition of its entry does not hold. */
  | { status: 'unmet'; entry: RegistryEntry }
  | {
      status: 'promoted';
      entry: RegistryEntry;
      event: string;
      properties: Record<string, Json>;
      /** By the entry's `event_key`; else the event's own key makes it. */
      event_id?: string | undefined;
      /** Optional properties that the source has and the entry's cast cannot read, such as `tax: '12,50'`: left out. */
      uncast?: readonly string[] | undefined;
    };

const unmapped: Promotion = { status: 'unmapped' };
type Properties = Readonly<Record<string, unknown>>;

/**
 * Decides what a source event becomes, by the registry alone. Reads nothing of an unmapped one and copies only what its
 * entry names. Never throws: a property that cannot be read counts as missing.
 *
 * @example
 * promote(registry, { source: 'heap', source_event: 'Order Completed', properties: { order_id: 'ord_10492', … } });
 * // { status: 'promoted', event: 'purchase', properties: { order_id: 'ord_10492', … }, entry }
 */
export function promote(
  registry: Registry,
  { source, source_event, properties, at: time = 0 }: SourceEvent,
): Promotion {
  const compiled = registry.find(source, source_event);
  if (!compiled) return unmapped;
  const { entry, required, sources, conditions, key } = compiled;
  if (entry.status === 'draft' || time >= promotesUntil(entry)) return { status: 'draft', entry };

  const given = (typeof properties === 'object' && properties !== null ? properties : {}) as Properties;
  const currency = sources.find(([name]) => name === 'currency')?.[1];
  const code = currency && readSource(given, currency);
  const uncast: string[] = [];
  const found = sources.map(
    ([name, from]) =>
      [name, readSource(given, from, code, () => uncast.includes(name) || uncast.push(name))] as const,
  );
  // Not by assignment: a registry from JSON may name "__proto__".
  const promoted = Object.fromEntries(found.filter(([, value]) => value !== undefined && value !== null));
  const missing = required.filter((name) => !Object.hasOwn(promoted, name));
  if (missing.length > 0) return { status: 'missing', entry, missing };
  const event = entry.canonical_event;
  const made = key && makeEventId(event, key, (name) => promoted[name]);
  if (made && 'problem' in made) return { status: 'missing', entry, missing: key.alternatives[0] ?? [] };
  const isMet = readSource(given, () => conditions.every((condition) => holds(given, condition)));
  if (!isMet) return { status: 'unmet', entry };
  return {
    status: 'promoted',
    entry,
    event,
    properties: promoted as Record<string, Json>,
    ...(made && 'id' in made && { event_id: made.id }),
    ...(uncast.length > 0 && { uncast }),
  };
}

/** Whether conditions hold of properties. One without a comparison never holds: a mistyped one would let everything through. */
export function meets(properties: Properties, when: Condition | readonly Condition[]): boolean {
  return [when].flat().every((condition) => holds(properties, condition));
}

function holds(properties: Properties, { path, equals, in: list, gte }: Condition): boolean {
  const value = readSource(properties, path);
  if (value === undefined || value === null) return false;
  return (
    (equals ?? list ?? gte) !== undefined &&
    (equals === undefined || value === equals) &&
    (list === undefined || list.includes(value as string)) &&
    (gte === undefined || (typeof value === 'number' && value >= gte))
  );
}

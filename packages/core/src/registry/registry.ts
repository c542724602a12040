import type { Json } from '../event/event.ts';
import { TrackLayerError } from '../errors.ts';
import { readKey, type BusinessKey } from '../event/event-id.ts';
import { problemAt } from '../event/problem.ts';

/** `draft` observes, `approved` promotes, `deprecated` still promotes, until its date (docs/wire.md W-32). */
export type RegistryStatus = 'draft' | 'approved' | 'deprecated';

interface Cast {
  /** `number`: text to a number. `cents`: minor units to major ones, `12995` to `129.95`. `upper`: `eur` to `EUR`. */
  cast?: 'number' | 'cents' | 'upper' | undefined;
}

/**
 * Read from the page, for entries with a `match`: a `data-*` attribute of the element or the nearest one around it, a
 * field of its form by name, or a path into the page's JSON-LD (`offers.price`).
 */
export type PageSource = Cast & ({ attribute: string } | { field: string } | { json_ld: string });

/**
 * Where a canonical property comes from: a path into the source's properties (`cart.total`, `items.0.id`), a path with
 * a cast, the page, a constant, or, in code only, a function of the source's properties.
 */
export type PropertySource =
  | string
  | (Cast & { path: string })
  | PageSource
  | { value: Json }
  | ((properties: Readonly<Record<string, unknown>>) => unknown);

/** A moment of the page that an entry stands for, where the page itself tells Heap nothing. All that is given must hold. */
export interface Match {
  on: 'click' | 'submit' | 'change' | 'pageview';
  /** In Heap's own grammar, case-sensitive; the element or one around it must match. Not for `pageview`. */
  selector?: string | undefined;
  /** The path of the page's address; `*` stands for anything. */
  path?: string | undefined;
  /** The text of the element that matched, with single spaces; `*` stands for anything. */
  text?: string | undefined;
}

/** What must hold of the source's properties, besides those that are required. */
export interface Condition {
  path: string;
  equals?: string | number | boolean | undefined;
  in?: readonly (string | number | boolean)[] | undefined;
  gte?: number | undefined;
}

/** One label of a source and the canonical event that it means: the guide's registry block, in its words. */
export interface RegistryEntry<Name extends string = string> {
  source: string;
  /** The source's own name, exactly as it is there. */
  source_event: string;
  canonical_event: Name;
  status: RegistryStatus;
  /** Without all of these there is no promotion. A list, or the guide's text: `lead_id, pipeline_stage`. */
  required_properties?: readonly string[] | string | undefined;
  /** Canonical name to source. Without it, properties of the vocabulary and required ones are taken by their own name. */
  properties?: Readonly<Record<string, PropertySource>> | undefined;
  when?: Condition | readonly Condition[] | undefined;
  /**
   * Canonical properties that make the event_id of an event which has no key of its own, written as keys are:
   * `booking_id`, or `shop.booking_id` (docs/wire.md W-6). Without it such an event gets a random id, and counts each time.
   */
  event_key?: string | undefined;
  /** For `autocapture` of `@tracklayer/browser/autocapture`. */
  match?: Match | undefined;
  /** The last day on which a deprecated entry promotes, as in `2026-12-31`. */
  deprecated_until?: string | undefined;
  notes?: string | undefined;
}

/** A {@link RegistryEntry} as promotion reads it. */
interface CompiledEntry {
  readonly entry: RegistryEntry;
  readonly required: readonly string[];
  readonly sources: readonly (readonly [name: string, source: PropertySource])[];
  readonly conditions: readonly Condition[];
  readonly key: BusinessKey | undefined;
}

/** Which labels are promoted, and to what. Made by `defineRegistry`, checked when made. */
export interface Registry {
  readonly entries: readonly RegistryEntry[];
  find(source: string, source_event: string): CompiledEntry | undefined;
}

/** What registry entries are checked against. */
export interface KnownEvents {
  /** By name: what an event requires, its business key, and its own properties. */
  rows: Readonly<
    Record<
      string,
      {
        required?: readonly string[] | undefined;
        key?: string | undefined;
        types?: Readonly<Record<string, unknown>> | undefined;
      }
    >
  >;
  /** Properties that entries without a map take by their own name. */
  propertyNames: readonly string[];
}

const statuses: readonly unknown[] = ['draft', 'approved', 'deprecated'];

/** Builds a {@link Registry}. @throws TrackLayerError `invalid_registry`, naming the entry. */
export function createRegistry(entries: readonly RegistryEntry[], events: KnownEvents): Registry {
  if (!Array.isArray(entries)) throw invalid('the registry', 'must be a list of entries');
  const bySource = new Map<string, Map<string, CompiledEntry>>();
  const keys = new Map<string, string>();
  entries.forEach((entry: RegistryEntry, place) => {
    const name = `entry ${place} (${JSON.stringify(entry?.source_event)})`;
    const compiled = compile(entry, (fault) => invalid(name, fault, place), events, keys);
    let labels = bySource.get(entry.source);
    if (!labels) bySource.set(entry.source, (labels = new Map()));
    if (labels.has(entry.source_event)) throw invalid(name, 'is there twice', place);
    labels.set(entry.source_event, compiled);
  });
  return {
    entries: entries.map((entry: RegistryEntry) => ({ ...entry })),
    find: (source, source_event) => bySource.get(source)?.get(source_event),
  };
}

function compile(
  entry: RegistryEntry,
  wrong: (fault: string) => TrackLayerError,
  { rows, propertyNames }: KnownEvents,
  keys: Map<string, string>,
): CompiledEntry {
  for (const field of ['source', 'source_event', 'canonical_event'] as const) {
    if (typeof entry?.[field] !== 'string' || !entry[field]) throw wrong(`has no ${field}`);
  }
  const {
    canonical_event,
    status,
    required_properties = [],
    properties,
    when = [],
    event_key,
    deprecated_until,
  } = entry;
  if (!statuses.includes(status)) throw wrong(`has no status of ${statuses.join(', ')}`);
  const row = Object.hasOwn(rows, canonical_event) ? rows[canonical_event] : undefined;
  if (!row) throw wrong(`names ${canonical_event}, which is not in the vocabulary`);
  if (deprecated_until !== undefined && Number.isNaN(Date.parse(`${deprecated_until}T00:00Z`))) {
    throw wrong(`has no deprecated_until like 2026-12-31`);
  }
  const key = event_key ? readKey(event_key) : undefined;
  const rival = event_key && rivalOf(event_key, canonical_event, rows, keys);
  if (rival) throw wrong(`has an event_key that can make ids of ${rival} (docs/wire.md W-6)`);
  const listed =
    typeof required_properties === 'string'
      ? required_properties.split(',').map((property) => property.trim())
      : required_properties;
  const required = [...new Set([...(row.required ?? []), ...listed.filter(Boolean)])];
  const keyed = key?.alternatives.flat() ?? [];
  const never =
    properties && [...required, ...keyed].find((property) => !Object.hasOwn(properties, property));
  if (never) throw wrong(`requires ${never}, which its properties never set`);
  return {
    entry,
    required,
    sources: properties
      ? Object.entries(properties)
      : [...required, ...keyed, ...propertyNames, ...Object.keys(row.types ?? {})].map((property) => [
          property,
          property,
        ]),
    conditions: [when].flat() as readonly Condition[],
    key,
  };
}

/** The event whose ids could be equal to those of `event_key`: another one, or the same by another key. */
function rivalOf(
  event_key: string,
  event: string,
  rows: KnownEvents['rows'],
  keys: Map<string, string>,
): string | undefined {
  const rival = Object.keys(rows).find((other) => {
    const key = rows[other]?.key ?? keys.get(other);
    const areEqual = `_${other}`.endsWith(`_${event}`) || event.endsWith(`_${other}`);
    return key && areEqual && (other !== event || key !== event_key);
  });
  keys.set(event, event_key);
  return rival;
}

const invalid = (name: string, fault: string, place?: number): TrackLayerError =>
  new TrackLayerError('invalid_registry', `${name} ${fault}`, {
    problems: [problemAt(place === undefined ? 'entries' : `entries.${place}`, fault)],
  });

import type { Json } from '../event/event.ts';
import { TrackLayerError } from '../errors.ts';

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
}

/** Which labels are promoted, and to what. Made by `defineRegistry`, checked when made. */
export interface Registry {
  readonly entries: readonly RegistryEntry[];
  find(source: string, source_event: string): CompiledEntry | undefined;
}

/** What registry entries are checked against. */
export interface KnownEvents {
  /** What an event requires by itself; `undefined` for an unknown name. */
  requiredOf(canonical_event: string): readonly string[] | undefined;
  /** Properties that entries without a map take by their own name. */
  propertyNames: readonly string[];
  /** The same for one event's own properties. */
  ownOf?(canonical_event: string): readonly string[];
}

const statuses: readonly unknown[] = ['draft', 'approved', 'deprecated'];

/** Builds a {@link Registry}. @throws TrackLayerError `invalid_registry`, naming the entry. */
export function createRegistry(entries: readonly RegistryEntry[], events: KnownEvents): Registry {
  if (!Array.isArray(entries)) throw invalid('the registry is no list of entries');
  const bySource = new Map<string, Map<string, CompiledEntry>>();
  entries.forEach((entry: RegistryEntry, place) => {
    const name = `entry ${place} (${JSON.stringify(entry?.source_event)})`;
    const compiled = compile(entry, name, events);
    let labels = bySource.get(entry.source);
    if (!labels) bySource.set(entry.source, (labels = new Map()));
    if (labels.has(entry.source_event)) throw invalid(`${name} is there twice for source ${entry.source}`);
    labels.set(entry.source_event, compiled);
  });
  return {
    entries: entries.map((entry: RegistryEntry) => ({ ...entry })),
    find: (source, source_event) => bySource.get(source)?.get(source_event),
  };
}

function compile(entry: RegistryEntry, name: string, events: KnownEvents): CompiledEntry {
  for (const field of ['source', 'source_event', 'canonical_event'] as const) {
    if (typeof entry?.[field] !== 'string' || !entry[field]) throw invalid(`${name} has no ${field}`);
  }
  const {
    canonical_event,
    status,
    required_properties = [],
    properties,
    when = [],
    deprecated_until,
  } = entry;
  if (!statuses.includes(status)) throw invalid(`${name} has no status; pass draft, approved or deprecated`);
  const ofEvent = events.requiredOf(canonical_event);
  if (!ofEvent) throw invalid(`${name} names ${canonical_event}, which is not in the vocabulary`);
  if (deprecated_until !== undefined && Number.isNaN(Date.parse(deprecated_until))) {
    throw invalid(`${name} has a deprecated_until that is no date; pass one like 2026-12-31`);
  }
  const listed =
    typeof required_properties === 'string'
      ? required_properties.split(',').map((property) => property.trim())
      : required_properties;
  const required = [...new Set([...ofEvent, ...listed.filter(Boolean)])];
  const never = properties && required.find((property) => !Object.hasOwn(properties, property));
  if (never) throw invalid(`${name} requires ${never}, but its properties never set it`);
  const names = [
    ...new Set([...required, ...events.propertyNames, ...(events.ownOf?.(canonical_event) ?? [])]),
  ];
  return {
    entry,
    required,
    sources: properties ? Object.entries(properties) : names.map((property) => [property, property] as const),
    conditions: Array.isArray(when) ? when : [when as Condition],
  };
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_registry', detail);

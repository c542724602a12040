import { TrackLayerError } from '../errors.ts';
import { readKey, type BusinessKey } from '../event/event-id.ts';
import { readInstant } from '../event/instant.ts';
import { kindOf, problemAt, type Problem, type ProblemCode } from '../event/problem.ts';
import type { PropertySource } from './source.ts';

/** `draft` observes, `approved` promotes, `deprecated` still promotes, until its date (docs/wire.md W-32). */
export type RegistryStatus = 'draft' | 'approved' | 'deprecated';

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

/** Builds a {@link Registry}. @throws TrackLayerError `invalid_registry`, with all that is wrong, entry by entry. */
export function createRegistry(entries: readonly RegistryEntry[], events: KnownEvents): Registry {
  const { find, problems } = compileEntries(entries, events);
  if (problems.length > 0) throw registryError(problems, entries);
  return { entries: entries.map((entry: RegistryEntry) => ({ ...entry })), find };
}

/** What {@link createRegistry} makes of entries, with what is wrong with those that cannot be used. */
export function compileEntries(
  entries: readonly RegistryEntry[],
  events: KnownEvents,
): Pick<Registry, 'find'> & { problems: Problem[] } {
  const problems: Problem[] = [];
  const bySource = new Map<string, Map<string, CompiledEntry>>();
  const keys = new Map<string, string>();
  if (!Array.isArray(entries)) problems.push(problemAt('entries', 'must be a list of entries'));
  else {
    entries.forEach((entry: RegistryEntry, place) => {
      const path = `entries.${place}`;
      const wrong = (field: string, message: string, code?: ProblemCode): void =>
        void problems.push(problemAt(field ? `${path}.${field}` : path, message, code));
      const compiled = compile(entry, wrong, events, keys);
      if (!compiled) return;
      const labels = bySource.get(entry.source) ?? new Map<string, CompiledEntry>();
      bySource.set(entry.source, labels);
      if (labels.has(entry.source_event)) wrong('', 'appears twice');
      labels.set(entry.source_event, compiled);
    });
  }
  return { find: (source, source_event) => bySource.get(source)?.get(source_event), problems };
}

const most = 20;

/** Says of each problem which entry it is about, and its label. */
export function registryError(problems: readonly Problem[], entries: unknown): TrackLayerError {
  const texts = problems.slice(0, most).map(({ path, message }) => {
    const [, place, ...fields] = path.split('.');
    if (place === undefined) return `the registry ${message}`;
    const entry = (entries as Partial<Record<string, RegistryEntry>> | undefined)?.[place];
    const field = fields.length > 0 ? `: ${fields.join('.')}` : '';
    return `entry ${place} (${JSON.stringify(entry?.source_event)})${field} ${message}`;
  });
  if (problems.length > most) texts.push(`and ${problems.length - most} more`);
  return new TrackLayerError('invalid_registry', texts.join('; '), { problems });
}

type Wrong = (field: string, message: string, code?: ProblemCode) => void;

function compile(
  entry: RegistryEntry,
  wrong: Wrong,
  { rows, propertyNames }: KnownEvents,
  keys: Map<string, string>,
): CompiledEntry | undefined {
  if (typeof entry !== 'object' || entry === null) {
    wrong('', `must be an object, got ${kindOf(entry)}`);
    return undefined;
  }
  const nameless = (['source', 'source_event', 'canonical_event'] as const).filter(
    (field) => typeof entry[field] !== 'string' || !entry[field],
  );
  for (const field of nameless) {
    if (entry[field] === undefined) wrong(field, 'is missing', 'missing');
    else wrong(field, `must be text, got ${kindOf(entry[field])}`);
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
  if (!statuses.includes(status)) wrong('status', `must be one of ${statuses.join(', ')}`);
  if (deprecated_until !== undefined && readInstant(`${deprecated_until}T00:00Z`).fault !== undefined) {
    wrong('deprecated_until', 'must be a date like 2026-12-31');
  }
  if (nameless.length > 0) return undefined;
  const row = Object.hasOwn(rows, canonical_event) ? rows[canonical_event] : undefined;
  if (!row) {
    wrong('canonical_event', `names ${canonical_event}, which is not in the vocabulary`, 'unknown_event');
    return undefined;
  }
  const key = event_key ? readKey(event_key) : undefined;
  const rival = event_key && rivalOf(event_key, canonical_event, rows, keys);
  if (rival) wrong('event_key', `can make ids of ${rival} (docs/wire.md W-6)`);
  const listed =
    typeof required_properties === 'string'
      ? required_properties.split(',').map((property) => property.trim())
      : Array.isArray(required_properties)
        ? (required_properties as readonly string[])
        : [];
  const required = [...new Set([...(row.required ?? []), ...listed.filter(Boolean)])];
  const needed = [...new Set([...required, ...(key?.alternatives.flat() ?? [])])];
  for (const name of needed) {
    if (!properties || Object.hasOwn(properties, name)) continue;
    wrong('properties', `never sets ${name}, which ${canonical_event} requires`, 'missing');
  }
  return {
    entry,
    required,
    sources: properties
      ? Object.entries(properties)
      : [...needed, ...propertyNames, ...Object.keys(row.types ?? {})].map((name) => [name, name]),
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

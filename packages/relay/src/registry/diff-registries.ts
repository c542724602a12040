import type { Registry, RegistryEntry } from '@tracklayer/core';
import { keyProperties, promotesUntil, type Contract } from '@tracklayer/core/adapter';

/**
 * What a change of the registry can do. `breaking`: promotions disappear or get other ids. `careful`: other conditions,
 * properties or labels. `safe`: notes and drafts.
 */
export type Severity = 'safe' | 'careful' | 'breaking';

export interface RegistryChange {
  severity: Severity;
  source: string;
  source_event: string;
  /** What changes, in words: `requires currency too`. */
  change: string;
}

/** What a registry would change against a version, as `POST /api/registry/diff` answers (docs/wire.md W-55). */
export interface RegistryDiff {
  /** The version that it was compared with. */
  from: number;
  /** The worst of the changes. */
  severity: Severity;
  changes: readonly RegistryChange[];
}

type Found = [severity: Severity, change: string];

const weight: Record<Severity, number> = { safe: 0, careful: 1, breaking: 2 };

/** The worst of some severities; `safe` of none. */
export const worstOf = (severities: readonly Severity[]): Severity =>
  severities.reduce((worst, one) => (weight[one] > weight[worst] ? one : worst), 'safe');

/**
 * Compares two registries by what they do. The order of entries and ways of writing the same thing are no change.
 *
 * @param now - milliseconds since 1970; a deprecated entry whose day is over promotes nothing.
 * @param events - the vocabulary of both. Default: the built-in events.
 */
export function diffRegistries(
  before: Registry,
  after: Registry,
  now: number,
  events?: Contract,
): RegistryChange[] {
  const when: Circumstances = { now, events };
  const labels = new Map(
    [...before.entries, ...after.entries].map((entry) => [
      JSON.stringify([entry.source, entry.source_event]),
      entry,
    ]),
  );
  const changes = [...labels.values()].flatMap(({ source, source_event }) => {
    const found = compare(before.find(source, source_event), after.find(source, source_event), when);
    return found.map(([severity, change]) => ({ severity, source, source_event, change }));
  });
  return changes.toSorted((a, b) => weight[b.severity] - weight[a.severity]);
}

interface Circumstances {
  now: number;
  events: Contract | undefined;
}

type Compiled = NonNullable<ReturnType<Registry['find']>>;

function compare(
  was: Compiled | undefined,
  is: Compiled | undefined,
  { now, events }: Circumstances,
): Found[] {
  if (!was) {
    if (!is) return [];
    const { status, canonical_event } = is.entry;
    return [[promotes(is.entry, now) ? 'careful' : 'safe', `${status} as ${canonical_event}, new`]];
  }
  const promoted = promotes(was.entry, now);
  if (!is) return [[promoted ? 'breaking' : 'safe', `${was.entry.status} entry removed`]];
  const found = [
    ...compareStatus(was.entry, is.entry, now),
    ...compareMeaning(was, is, events),
    ...compareRest(was, is),
  ];
  if (promoted) return found;
  // Nothing is lost where nothing was promoted; what begins to be promoted is for a person to look at.
  const most: Severity = promotes(is.entry, now) ? 'careful' : 'safe';
  return found.map(([severity, change]) => [weight[severity] > weight[most] ? most : severity, change]);
}

function compareStatus(was: RegistryEntry, is: RegistryEntry, now: number): Found[] {
  const found: Found[] = [];
  const change = was.status === is.status ? 'deprecated_until' : 'status';
  if (change === 'deprecated_until' && was.deprecated_until === is.deprecated_until) return found;
  const [from, to] = [was[change] ?? 'none', is[change] ?? 'none'];
  const isLost = promotes(was, now) && !promotes(is, now);
  // Dates matter to deprecated entries only.
  if (change === 'status' || is.status === 'deprecated')
    found.push([isLost ? 'breaking' : 'careful', `${change} ${from} → ${to}`]);
  return found;
}

function compareMeaning(was: Compiled, is: Compiled, events: Contract | undefined): Found[] {
  const found: Found[] = [];
  const [from, to] = [was.entry.canonical_event, is.entry.canonical_event];
  if (from !== to) found.push(['breaking', `canonical_event ${from} → ${to}`]);
  for (const name of is.required) {
    if (!was.required.includes(name)) found.push(['breaking', `requires ${name} too`]);
  }
  for (const name of was.required) {
    if (!is.required.includes(name)) found.push(['careful', `no longer requires ${name}`]);
  }
  const [sources, newSources] = [new Map(was.sources), new Map(is.sources)];
  const keys = [from, to].flatMap((event) => keyProperties(event, { events }));
  const vital = new Set([...was.required, ...is.required, ...keys]);
  for (const name of new Set([...sources.keys(), ...newSources.keys()])) {
    const [old, now] = [sources.get(name), newSources.get(name)];
    if (isSame(old, now)) continue;
    const isVital = vital.has(name) && old !== undefined;
    found.push([isVital ? 'breaking' : 'careful', `properties.${name} from ${shown(old)} → ${shown(now)}`]);
  }
  if (!isSame(was.conditions, is.conditions)) {
    found.push(['careful', `when ${shown(was.entry.when)} → ${shown(is.entry.when)}`]);
  }
  return found;
}

const compared = new Set([
  'source',
  'source_event',
  'canonical_event',
  'status',
  'deprecated_until',
  'required_properties',
  'properties',
  'when',
]);
const severityOf: Readonly<Record<string, Severity>> = { event_key: 'breaking', match: 'careful' };

/** Notes, and fields of W-32 that promotion does not read yet. */
function compareRest(was: Compiled, is: Compiled): Found[] {
  const [old, now] = [fieldsOf(was.entry), fieldsOf(is.entry)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => !compared.has(name) && !isSame(old[name], now[name]))
    .map((name) => [severityOf[name] ?? 'safe', `${name} changed`]);
}

const promotes = (entry: RegistryEntry, now: number): boolean => now < promotesUntil(entry);

const fieldsOf = (entry: RegistryEntry): Readonly<Record<string, unknown>> => ({ ...entry });
const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);
const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** JSON that is the same for the same data, however its keys are ordered. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

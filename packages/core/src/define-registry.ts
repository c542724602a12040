import { propertyTypes } from './contract/canonical-events.ts';
import type { BuiltInEvents } from './contract/capture-input.ts';
import { builtIn, type Contract } from './contract/contract.ts';
import type { Events } from './contract/define-events.ts';
import type { EventMap } from './contract/own-event.ts';
import { typeRows } from './contract/property-types.ts';
import { nearestOf } from './event/nearest.ts';
import type { Problem } from './event/problem.ts';
import { heapGuideEntries } from './registry/heap-guide.ts';
import { problemsOfEntries, readEntries } from './registry/read-entries.ts';
import type { TargetTypes } from './registry/read-sources.ts';
import {
  compileEntries,
  createRegistry,
  registryError,
  type Registry,
  type RegistryEntry,
} from './registry/registry.ts';

/** Options of {@link defineRegistry} and {@link parseRegistry}. */
interface RegistryOptions<Own extends EventMap> {
  /** Events of your own, by `defineEvents`. Default: the built-in ones. */
  events?: Events<Own> | undefined;
}

/**
 * Makes a registry from the guide's blocks, for browser and server alike. What it does not approve is never promoted.
 *
 * @throws TrackLayerError `invalid_registry` at once, with the entry named: a label twice, a name that is not in the
 *   vocabulary, a property map that can never set what is required.
 * @example
 * const registry = defineRegistry([
 *   { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved',
 *     required_properties: 'order_id, value, currency' },
 * ]);
 */
export function defineRegistry<Own extends EventMap = BuiltInEvents>(
  entries: readonly RegistryEntry<keyof NoInfer<Own> & string>[],
  { events }: RegistryOptions<Own> = {},
): Registry {
  const { rows } = events ?? builtIn;
  return createRegistry(entries, { rows, propertyNames: Object.keys(propertyTypes) });
}

/**
 * Makes a registry from data: the guide's blocks as a list, or an answer of `GET /api/registry` (docs/wire.md W-32), as
 * text or already read from JSON or YAML. It can do what {@link defineRegistry} can, functions apart.
 *
 * @throws TrackLayerError `invalid_registry`, as `defineRegistry`, and when a field is not as W-32 has it.
 * @example
 * const registry = parseRegistry(await readFile('tracklayer.registry.json', 'utf8'));
 */
export const parseRegistry = <Own extends EventMap = BuiltInEvents>(
  json: unknown,
  options: RegistryOptions<Own> = {},
): Registry => {
  const { rows } = options.events ?? builtIn;
  const entries = readEntries(json) as readonly RegistryEntry[];
  const typesOf = (event: unknown): TargetTypes => targetTypes(rows, event);
  const inData = problemsOfEntries(entries, typesOf);
  const known = { rows, propertyNames: Object.keys(propertyTypes) };
  const { problems } = compileEntries(entries, known);
  const all = [...inData, ...problems.map((problem) => withNearName(problem, entries, Object.keys(rows)))];
  if (all.length > 0) throw registryError(inOrder(all), entries);
  return createRegistry(entries, known);
};

/** The properties that an event knows: those of the vocabulary, and its own. */
function targetTypes(rows: Contract['rows'], event: unknown): TargetTypes {
  const own = typeof event === 'string' && Object.hasOwn(rows, event) ? rows[event]?.types : undefined;
  return new Map(Object.entries({ ...own, ...propertyTypes }).map(([name, type]) => [name, typeRows[type]]));
}

/** `purchse`: did you mean purchase? */
function withNearName(
  problem: Problem,
  entries: readonly RegistryEntry[],
  names: readonly string[],
): Problem {
  if (problem.code !== 'unknown_event') return problem;
  const meant = nearestOf(String(entries[placeOf(problem)]?.canonical_event), names);
  return meant ? { ...problem, message: `${problem.message}; did you mean ${meant}?` } : problem;
}

const placeOf = ({ path }: Problem): number => Number(path.split('.')[1]);

/** Entry by entry; what two looks found at one place is told once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const once = problems.filter(({ path }, at) => problems.findIndex((other) => other.path === path) === at);
  const places = [...new Set(once.map(placeOf))];
  places.sort((a, b) => a - b);
  return places.flatMap((place) => once.filter((problem) => placeOf(problem) === place));
}

/** The Heap guide's mapping table, all six rows, ready to use. */
export const heapGuideRegistry = (): Registry => defineRegistry(heapGuideEntries() as never);

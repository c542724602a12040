import { propertyTypes } from './contract/canonical-events.ts';
import type { BuiltInEvents } from './contract/capture-input.ts';
import { builtIn } from './contract/contract.ts';
import type { Events } from './contract/define-events.ts';
import type { EventMap } from './contract/own-event.ts';
import { heapGuideEntries } from './registry/heap-guide.ts';
import { readEntries } from './registry/read-entries.ts';
import { createRegistry, type Registry, type RegistryEntry } from './registry/registry.ts';

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
): Registry =>
  defineRegistry(readEntries(json) as readonly RegistryEntry<keyof NoInfer<Own> & string>[], options);

/** The Heap guide's mapping table, all six rows, ready to use. */
export const heapGuideRegistry = (): Registry => defineRegistry(heapGuideEntries() as never);

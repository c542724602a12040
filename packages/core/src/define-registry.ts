import {
  canonicalEvents,
  propertyTypes,
  type EventName,
  type EventRow,
} from './contract/canonical-events.ts';
import { heapGuideEntries } from './registry/heap-guide.ts';
import { createRegistry, type Registry, type RegistryEntry } from './registry/registry.ts';

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
export function defineRegistry(entries: readonly RegistryEntry<EventName>[]): Registry {
  return createRegistry(entries, {
    requiredOf: (name) =>
      Object.hasOwn(canonicalEvents, name)
        ? ((canonicalEvents[name as EventName] as EventRow).required ?? [])
        : undefined,
    propertyNames: Object.keys(propertyTypes),
  });
}

/** The Heap guide's mapping table, all six rows, ready to use. */
export const heapGuideRegistry = (): Registry =>
  defineRegistry(heapGuideEntries() as readonly RegistryEntry<EventName>[]);

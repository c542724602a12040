import {
  parseRegistry,
  type EventMap,
  type Events,
  type Registry,
  type RegistryEntry,
} from '@tracklayer/core';
import { checkEntries } from './check-entries.ts';

/**
 * A registry as it was stored, without the entries that cannot be used any more: they name events that this relay is not
 * given, or break a rule that came later. That is no reason to tell nothing of the others.
 */
export function usableRegistry(
  entries: readonly RegistryEntry[],
  events: Events<EventMap> | undefined,
): Registry {
  const isUsable = (entry: RegistryEntry): boolean =>
    'registry' in checkEntries({ entries: [entry] }, events);
  const whole = checkEntries({ entries }, events);
  return 'registry' in whole ? whole.registry : parseRegistry(entries.filter(isUsable), { events });
}

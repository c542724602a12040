import { readKey } from '../event/event-id.ts';
import { builtIn, type Contract } from './contract.ts';

/**
 * The properties that make an event's id, in any alternative of its key: two copies that differ in one are a conflict
 * (docs/wire.md W-4, §8).
 *
 * @param options - `events`: yours, by `defineEvents`. Default: the built-in ones.
 * @example
 * keyProperties('qualify_lead'); // ['lead_id', 'pipeline_stage']
 */
export function keyProperties(
  event: string,
  { events = builtIn }: { events?: Contract | undefined } = {},
): string[] {
  return propertiesOfKey(Object.hasOwn(events.rows, event) ? events.rows[event]?.key : undefined);
}

/** Of a key as the vocabulary writes it; the ids of persons are no properties. */
export function propertiesOfKey(key: string | undefined): string[] {
  const names = new Set(readKey(key ?? '').alternatives.flat());
  return [...names].filter((name) => name !== 'user_id' && name !== 'anonymous_id');
}

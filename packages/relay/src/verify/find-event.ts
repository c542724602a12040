import type { Json, JsonObject } from '@tracklayer/core';
import { hopOf } from './seen.ts';
import type { ListedEvent, RelayReader } from './relay-reader.ts';

/** Whom and what to look for. */
export interface Wanted {
  event: string;
  user_id: string;
  properties: JsonObject;
  key_properties: readonly string[];
}

const looked = 50;

/** Ids of events that were there before a watch began: they are not the one that is waited for. */
export async function knownIds(relay: RelayReader, { event }: Wanted): Promise<ReadonlySet<string>> {
  const events = await relay.events({ event, limit: looked });
  return new Set(events.map(({ event_id }) => event_id));
}

/** The id of a new event of the user; nothing while none came. A page's event may name the visitor only. */
export async function findNew(
  relay: RelayReader,
  { event, user_id }: Wanted,
  known: ReadonlySet<string>,
): Promise<string | undefined> {
  const fresh = (await relay.events({ event, limit: looked })).filter(({ event_id }) => !known.has(event_id));
  const named = fresh.find((one) => one.user_id === user_id);
  if (named) return named.event_id;
  for (const { event_id } of fresh.filter((one) => one.user_id === undefined)) {
    const trace = await relay.trace(event_id);
    if (trace && hopOf(trace, 'person')?.value['user_id'] === user_id) return event_id;
  }
  return undefined;
}

/** Ids of other events of the user with the same business id: the same thing, counted twice. */
export async function findOthers(
  relay: RelayReader,
  { event, user_id, key_properties }: Wanted,
  { event_id, properties }: { event_id: string; properties: JsonObject },
): Promise<string[]> {
  if (key_properties.length === 0) return [];
  const keyOf = ({ properties: own = {} }: Pick<ListedEvent, 'properties'>): string =>
    JSON.stringify(key_properties.map((name) => textOf(own[name])));
  const key = keyOf({ properties });
  if (key === keyOf({})) return [];
  const events = await relay.events({ event, user_id, limit: looked });
  return events.filter((one) => one.event_id !== event_id && keyOf(one) === key).map((one) => one.event_id);
}

/** `10492` and `"10492"` make one id (docs/wire.md W-6). */
const textOf = (part: Json | undefined): string | null =>
  typeof part === 'string' || typeof part === 'number' ? String(part).trim() : null;

import type { JsonObject } from '@tracklayer/core';
import type { AcceptedEvent, AnyDestination } from '@tracklayer/destinations';
import type { LeasedDelivery } from '../store/deliveries.ts';

/** A row with what is sent of it. */
export interface Item {
  row: LeasedDelivery;
  event: AcceptedEvent;
  payload: JsonObject;
  /** When the platform no longer takes it, in milliseconds since 1970. */
  deadline: number;
  /** The payload's length as JSON. */
  bytes: number;
}

const usualBytes = 1_000_000;

/** Cuts items into requests: of one group each, up to the platform's count and bytes. */
export function batchesOf(items: readonly Item[], { limits, groupOf }: AnyDestination): Item[][] {
  const { perRequest, weigh = () => 1, bytesPerRequest = usualBytes } = limits;
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groupOf?.(item.payload) ?? '';
    const known = groups.get(group);
    if (known) known.push(item);
    else groups.set(group, [item]);
  }
  return [...groups.values()].flatMap((group) => {
    const batches: Item[][] = [];
    let weight = Infinity;
    let bytes = 0;
    for (const item of group) {
      const more = weigh(item.payload);
      if (weight + more > perRequest || bytes + item.bytes > bytesPerRequest) {
        batches.push([]);
        weight = 0;
        bytes = 0;
      }
      batches.at(-1)?.push(item);
      weight += more;
      bytes += item.bytes;
    }
    return batches;
  });
}

/** Batches side by side in lanes, where no person is in two lanes: one person is in one request at a time. */
export function lanesOf(batches: readonly Item[][], lanes: number): Item[][][] {
  // Whole batches hold many persons: they go one after the other.
  if (batches.some((batch) => batch.length > 1)) return [[...batches]];
  const byPerson = new Map<string, Item[][]>();
  for (const batch of batches) {
    const person = batch[0]?.row.person ?? batch[0]?.row.event_id ?? '';
    byPerson.set(person, [...(byPerson.get(person) ?? []), batch]);
  }
  const all: Item[][][] = [];
  [...byPerson.values()].forEach((mine, place) => {
    const lane = (all[place % lanes] ??= []);
    lane.push(...mine);
  });
  return all;
}

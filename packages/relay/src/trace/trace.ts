import type { JsonObject } from '@tracklayer/core';

/** The way of one event, hop by hop; a hop that is missing is one too. */
export interface Trace {
  event_id: string;
  /** The event's name; of an id that never came, the name that the id ends in. */
  event: string;
  hops: readonly Hop[];
}

/** A step of the way: seen in Heap, registry entry, copies at the relay, person, consent, and each destination. */
export type HopName = 'heap' | 'registry' | 'copies' | 'person' | 'consent' | 'destination';

/**
 * `ok`: it happened. `waiting`: it may still happen by itself. `failed`: it stopped here. `missing`: nothing is known of
 * it, and `advice` says what would make it appear.
 */
export type HopVerdict = 'ok' | 'waiting' | 'failed' | 'missing';

export interface Hop {
  hop: HopName;
  /** Which one, of `destination`. */
  destination?: string | undefined;
  verdict: HopVerdict;
  /** ISO-8601; `null` when it did not happen. */
  at: string | null;
  /** For a person to read. */
  detail: string;
  /** What to change and where; absent when nothing needs to. */
  advice?: string | undefined;
  /** The values that were seen at this hop. */
  value: JsonObject;
}

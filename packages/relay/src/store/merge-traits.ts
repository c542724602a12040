import type { Json, JsonObject } from '@tracklayer/core';

/** Traits by name, each with its time in milliseconds since 1970. `null` is a removal, kept for its time. */
export type StoredTraits = Readonly<Record<string, readonly [value: Json, at: number]>>;

/** Names that one id holds; beyond it the oldest are forgotten. */
const maxTraits = 500;

/**
 * Merges traits name by name: the newest time wins, and of one millisecond the later call (docs/wire.md W-17). Future
 * times must have been clamped before, or a trait would be frozen.
 */
export function mergeTraits(known: StoredTraits, traits: JsonObject, at: number): StoredTraits {
  const merged = new Map(Object.entries(known));
  for (const [name, value] of Object.entries(traits)) {
    if (value === undefined || (merged.get(name)?.[1] ?? -Infinity) > at) continue;
    merged.set(name, [value, at]);
  }
  if (merged.size <= maxTraits) return Object.fromEntries(merged);
  const newest = [...merged].toSorted(([, [, a]], [, [, b]]) => b - a).slice(0, maxTraits);
  return Object.fromEntries(newest);
}

/** Joins the traits of several ids of one person; of one time, an earlier id's win. Removed ones are left out. */
export function joinTraits(all: readonly StoredTraits[]): JsonObject {
  const newest = new Map<string, readonly [value: Json, at: number]>();
  for (const traits of all) {
    for (const [name, trait] of Object.entries(traits)) {
      const known = newest.get(name);
      if (!known || trait[1] > known[1]) newest.set(name, trait);
    }
  }
  const present = [...newest].filter(([, [value]]) => value !== null);
  return Object.fromEntries(
    present.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, [value]]) => [name, value]),
  );
}

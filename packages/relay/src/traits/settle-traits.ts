import type { Json, JsonObject } from '@tracklayer/core';
import { dayOf } from '../store/days.ts';

/** How often each trait of a person changed on a day. */
export interface TraitChanges {
  day: string;
  counts: Readonly<Record<string, number>>;
}

const mostADay = 10;

/**
 * Holds a trait that changes too often: one written to Heap may move a cohort that moves the trait, and so on. Ten times
 * a day it follows, then it stays until the next day.
 *
 * @param told - the traits that the platform holds; `undefined` before the first.
 * @returns what it should hold, and the names that are held.
 */
export function settleTraits(
  computed: JsonObject,
  told: JsonObject | undefined,
  changes: TraitChanges | undefined,
  now: number,
): { traits: JsonObject; changes: TraitChanges; held: readonly string[] } {
  const day = dayOf(now);
  const counts: Record<string, number> = changes?.day === day ? { ...changes.counts } : {};
  if (!told) return { traits: computed, changes: { day, counts }, held: [] };
  const held: string[] = [];
  const traits: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(told), ...Object.keys(computed)])) {
    const [before, after] = [told[name], computed[name]];
    const isSame = JSON.stringify(before) === JSON.stringify(after);
    const isHeld = !isSame && (counts[name] ?? 0) >= mostADay;
    if (isHeld) held.push(name);
    else if (!isSame) counts[name] = (counts[name] ?? 0) + 1;
    const value = isHeld ? before : after;
    if (value !== undefined) traits[name] = value;
  }
  return { traits, changes: { day, counts }, held };
}

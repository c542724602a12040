import type { JsonObject } from '../event/event.ts';
import { isHash, type HashFields } from '../event/sha256.ts';

/** Traits of a person: hashes only in the fields that say so (docs/wire.md W-18). */
export type Traits = JsonObject & HashFields;

/** Traits or properties in which nothing raw is personal. */
export interface SafeTraits {
  traits: Traits;
  /** Names of what could not be made safe and was left out. */
  leftOut: readonly string[];
}

/** What never leaves raw (docs/wire.md W-18). */
export const personalNames: ReadonlySet<string> = new Set([
  'email',
  'phone',
  'first_name',
  'last_name',
  'city',
  'state',
  'postal_code',
  'date_of_birth',
  'gender',
]);

/** Nothing personal is here, and nothing that says it is a hash. */
export function isHarmless(traits: JsonObject): boolean {
  for (const name in traits) if (personalNames.has(name) || name.endsWith('_sha256')) return false;
  return true;
}

/** A client without `hashTraits`: personal traits are left out, hashes are let through. */
export function withoutPersonal(given: JsonObject): SafeTraits {
  if (isHarmless(given)) return { traits: given as Traits, leftOut: [] };
  const leftOut = Object.keys(given).filter(
    (name) =>
      personalNames.has(name) || (name.endsWith('_sha256') && given[name] !== null && !isHash(given[name])),
  );
  const traits = Object.fromEntries(Object.entries(given).filter(([name]) => !leftOut.includes(name)));
  return { traits: traits as Traits, leftOut };
}

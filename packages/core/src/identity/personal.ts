import type { JsonObject } from '../event/event.ts';
import { personalNameOf, type PersonalName } from '../event/personal-names.ts';
import { isHash, type HashFields } from '../event/sha256.ts';

/** Traits of a person: hashes only in the fields that say so (docs/wire.md W-18). */
export type Traits = JsonObject & HashFields;

/** Traits or properties in which nothing raw is personal. */
export interface SafeTraits {
  traits: Traits;
  /** Names of what could not be made safe and was left out. */
  leftOut: readonly string[];
}

/** A personal trait by the name that it has here: `email`, `E-Mail` and `emailAddress` are one (docs/wire.md W-18). */
export function personalTraits(traits: JsonObject): Map<string, PersonalName> {
  const found = new Map<string, PersonalName>();
  for (const name of Object.keys(traits)) {
    const meant = personalNameOf(name);
    // `email: true` tells whether there is one, and not which.
    if (meant && typeof traits[name] !== 'boolean') found.set(name, meant);
  }
  return found;
}

/** A client without `hashTraits`: personal traits are left out, hashes are let through. */
export function withoutPersonal(given: JsonObject): SafeTraits {
  const personal = personalTraits(given);
  const leftOut = Object.keys(given).filter(
    (name) =>
      given[name] !== undefined &&
      (personal.has(name) || (name.endsWith('_sha256') && given[name] !== null && !isHash(given[name]))),
  );
  const traits = Object.fromEntries(Object.entries(given).filter(([name]) => !leftOut.includes(name)));
  return { traits: traits as Traits, leftOut };
}

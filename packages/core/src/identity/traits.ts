import type { Json, JsonObject } from '../event/event.ts';
import { isHash } from '../event/sha256.ts';
import { formsOf, fieldsOf } from './trait-forms.ts';
import { personalTraits, type SafeTraits, type Traits } from './personal.ts';

/** How personal traits are made safe (docs/wire.md W-18). */
export interface TraitOptions {
  /** SHA-256 of the text's UTF-8, as 64 lower-case hex digits.  */
  sha256: (text: string) => string;
  /** Personal traits that travel in clear as well, by name. */
  clearTraits?: readonly string[] | undefined;
  /**
   * Reads a phone number that is not E.164 yet: its text and the trait `country` (ISO-3166 alpha-2) beside it, to
   * E.164; `undefined` leaves it out. Default: none, only E.164 is taken.
   */
  normalizePhone?: ((text: string, country: string | undefined) => string | undefined) | undefined;
}

/**
 * Normalises and hashes the personal traits, and leaves the others as they are (docs/wire.md W-18). `null` removes a
 * trait, so it removes what was made of it. What is a hash already stays; what cannot be normalised is left out,
 * since the hash of a wrong form matches nobody.
 *
 * @example
 * hashTraits({ email: ' Jane@Example.com ', plan: 'pro' }, { sha256 }).traits; // { email_sha256: '8c87…', plan: 'pro' }
 */
export function hashTraits(
  traits: JsonObject,
  { sha256, clearTraits = [], normalizePhone }: TraitOptions,
): SafeTraits {
  const personal = personalTraits(traits);
  const safe: Record<string, Json | undefined> = {};
  const leftOut: string[] = [];
  for (const [name, value] of Object.entries(traits)) {
    const put = (made: readonly (readonly [string, Json])[]): void => {
      for (const [as, text] of made) safe[as] = text;
    };
    const meant = personal.get(name);
    if (!meant) {
      if (!name.endsWith('_sha256') || (value ?? null) === null || isHash(value)) safe[name] = value;
      else leftOut.push(name);
      continue;
    }
    if (clearTraits.includes(name)) safe[name] = value;
    // The trait by its own name says more than one by another.
    if (value === undefined || (meant !== name && traits[meant] !== undefined)) continue;
    if (value === null) put(fieldsOf(meant).map((as) => [as, null]));
    else if (typeof value === 'string' && isHash(value.toLowerCase()))
      put([[`${meant}_sha256`, value.toLowerCase()]]);
    else {
      const made = typeof value === 'string' ? formsOf(meant, value, traits, normalizePhone) : [];
      const hashed = made.map(([as, text]) => [as, sha256(text)] as const);
      // A `sha256` that is none, such as a promise of one, says nothing of a person.
      if (hashed.length > 0 && hashed.every(([, hash]) => isHash(hash))) put(hashed);
      else if (!clearTraits.includes(name)) leftOut.push(name);
    }
  }
  return { traits: safe as Traits, leftOut };
}

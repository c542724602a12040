import type { JsonObject } from '../event/event.ts';

/** Traits or properties in which nothing raw is personal. */
export interface SafeTraits {
  traits: JsonObject;
  /** Names of what could not be made safe and was left out. */
  leftOut: readonly string[];
}

const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

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

/** SHA-256 as the wire writes it, of something: 64 lower-case hex digits. */
export const isHash = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) && value !== hashOfNothing;

/** Nothing personal is here, and nothing that says it is a hash. */
export function isHarmless(traits: JsonObject): boolean {
  for (const name in traits) if (personalNames.has(name) || name.endsWith('_sha256')) return false;
  return true;
}

/** A client without `hashTraits`: personal traits are left out, hashes are let through. */
export function withoutPersonal(given: JsonObject): SafeTraits {
  if (isHarmless(given)) return { traits: given, leftOut: [] };
  const leftOut = Object.keys(given).filter(
    (name) =>
      personalNames.has(name) || (name.endsWith('_sha256') && given[name] !== null && !isHash(given[name])),
  );
  const traits = Object.fromEntries(Object.entries(given).filter(([name]) => !leftOut.includes(name)));
  return { traits, leftOut };
}

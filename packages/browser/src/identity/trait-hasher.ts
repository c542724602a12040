import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { hashTraits, type JsonObject, type SafeTraits, type TraitOptions } from '@tracklayer/core';

/** Options of {@link createTraitHasher}. */
export type TraitHasherOptions = Pick<TraitOptions, 'clearTraits' | 'normalizePhone'>;

/**
 * Makes the option `hashTraits` of `createBrowserClient`: personal traits and properties are normalised and hashed in
 * the page, before they are stored (docs/wire.md W-18), to the same hashes as in Node. A phone number must be E.164.
 *
 * @example
 * const tracklayer = createBrowserClient({ endpoint: '/tl', hashTraits: createTraitHasher() });
 * tracklayer.identify({ user_id: 'cust_2048', traits: { email: 'Jane@Example.com' } }); // leaves as email_sha256
 */
export function createTraitHasher(options: TraitHasherOptions = {}): (traits: JsonObject) => SafeTraits {
  const hash = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));
  return (traits) => hashTraits(traits, { ...options, sha256: hash });
}

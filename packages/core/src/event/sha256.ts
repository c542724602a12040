declare const brand: unique symbol;

/** SHA-256 of something personal: 64 lower-case hex digits. Made by `hashTraits` or `sha256Hex`; plain text is none. */
export type Sha256 = string & { readonly [brand]: 'sha256' };

/** Fields that hold hashes (docs/wire.md W-18): raw text does not type-check in one. */
export interface HashFields {
  readonly [name: `${string}_sha256`]: Sha256 | null | undefined;
}

// The hash of the empty text begins so, and nothing else that anyone will ever hash.
const hashOfNothing = 'e3b0c44298fc1c14';

/** SHA-256 as the wire writes it, of something: 64 lower-case hex digits. */
export const isHash = (value: unknown): value is Sha256 =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) && !value.startsWith(hashOfNothing);

/**
 * Takes a hash that was made elsewhere as one (docs/wire.md W-18).
 *
 * @param text - SHA-256 as hex digits of either case.
 * @returns `undefined` for anything else, the hash of the empty text too; such a field counts as absent.
 * @example
 * tracklayer.identify({ user_id: 'cust_2048', traits: { email_sha256: sha256Hex(customer.emailHash) } });
 */
export function sha256Hex(text: string): Sha256 | undefined {
  const hash = typeof text === 'string' ? text.trim().toLowerCase() : text;
  return isHash(hash) ? hash : undefined;
}

import type { JsonObject } from '@tracklayer/core';
import { countryOf, hashesOf, textOf } from './person.ts';
import { sha256 } from './sha256.ts';

/** One of `userIdentifiers`: hashes in hex, postal code and region in clear. */
export type GoogleIdentifier =
  | { emailAddress: string }
  | { phoneNumber: string }
  | { address: { givenName: string; familyName: string; regionCode: string; postalCode: string } };

const mostIdentifiers = 10;

/**
 * What Google matches a person by: its own form of an address and of names where that differs (W-18), phones with `+`, and
 * a postal address where the customer's clients send its postal code in clear, as Google wants it.
 */
export function googleIdentifiers(traits: JsonObject): GoogleIdentifier[] {
  const forGoogle = hashesOf(traits, 'email_sha256_google');
  const emails = forGoogle.length > 0 ? forGoogle : hashesOf(traits, 'email_sha256');
  const address = addressOf(traits);
  return [
    ...emails.map((emailAddress) => ({ emailAddress })),
    ...hashesOf(traits, 'phone_sha256').map((phoneNumber) => ({ phoneNumber })),
    ...(address ? [{ address }] : []),
  ].slice(0, mostIdentifiers);
}

function addressOf(traits: JsonObject) {
  const given = googleName(traits, 'first_name', /^(?:mrs|mr|ms|dr)\.?\s+/);
  const family = googleName(
    traits,
    'last_name',
    /,?\s+(?:jr|sr|2nd|3rd|ii|iii|iv|v|vi|cpa|dc|dds|vm|jd|md|phd)\.?$/,
  );
  const regionCode = countryOf(traits);
  const postalCode = textOf(traits, 'postal_code');
  return given && family && regionCode && postalCode
    ? { givenName: given, familyName: family, regionCode, postalCode }
    : undefined;
}

function googleName(traits: JsonObject, name: string, title: RegExp): string | undefined {
  const text = textOf(traits, name)?.normalize('NFC').toLowerCase();
  const plain = text?.replace(title, '').trim();
  if (plain) return sha256(plain);
  const [hash] = [...hashesOf(traits, `${name}_sha256_google`), ...hashesOf(traits, `${name}_sha256`)];
  return hash;
}

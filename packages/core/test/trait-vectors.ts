import type { JsonObject } from '@tracklayer/core';
import normalization from './vectors/normalization.json' with { type: 'json' };

interface Form {
  sha256?: string | undefined;
  preferred?: { sha256: string } | undefined;
}

interface Vector {
  id: string;
  field: string;
  raw: string;
  context?: { country?: string };
  expect: Record<string, Form | undefined>;
}

const names: Record<string, { trait: string; meta: string; google?: string }> = {
  email: { trait: 'email', meta: 'email_sha256', google: 'email_sha256_google' },
  phone: { trait: 'phone', meta: 'phone_sha256_digits', google: 'phone_sha256' },
  first_name: { trait: 'first_name', meta: 'first_name_sha256', google: 'first_name_sha256_google' },
  last_name: { trait: 'last_name', meta: 'last_name_sha256', google: 'last_name_sha256_google' },
  city: { trait: 'city', meta: 'city_sha256' },
  state: { trait: 'state', meta: 'state_sha256' },
  gender: { trait: 'gender', meta: 'gender_sha256' },
  dob: { trait: 'date_of_birth', meta: 'date_of_birth_sha256' },
};
// Month or day first? Leaving it out is as right, and Meta takes a wrong date without a word.
const isAmbiguous = ({ id }: Vector): boolean => id === 'norm-091';
// National numbers need a phone library, which only a server loads.
const isNational = ({ field, raw }: Vector): boolean => field === 'phone' && !raw.startsWith('+');

/** What platforms make of personal traits, as `[id, vector]`: for `hashTraits` in Node and in a page. */
export const traitVectors = (normalization as unknown as Vector[])
  .filter((vector) => names[vector.field] && !isNational(vector) && !isAmbiguous(vector))
  .map((vector) => [vector.id, vector] as const);

/** The hashes that `hashTraits` makes, and those that the platforms make. */
export function hashesOf(
  vector: Vector,
  hashTraits: (traits: JsonObject) => { traits: JsonObject },
): { made: unknown[]; wanted: unknown[] } {
  const { trait, meta, google } = names[vector.field]!;
  const { traits } = hashTraits({ [trait]: vector.raw, ...vector.context });
  const forms = [
    { name: meta, form: vector.expect['meta'] },
    { name: google ?? '', form: google === undefined ? undefined : vector.expect['google'] },
  ].filter(({ form }) => form);
  return {
    // The second form of an address stands only where it differs from the first.
    made: forms.map(({ name }) => traits[name] ?? traits[meta]),
    wanted: forms.map(({ form }) => form?.sha256 ?? form?.preferred?.sha256),
  };
}

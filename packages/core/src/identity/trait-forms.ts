import type { JsonObject } from '../event/event.ts';
import type { PersonalName } from '../event/personal-names.ts';
import { birthdayOf } from './birthday.ts';
import { usStateOf } from './us-states.ts';

type ReadPhone = ((text: string, country: string | undefined) => string | undefined) | undefined;

/** A field that holds a hash, and the text to hash for it. */
export type Form = readonly [field: string, text: string];

/** Every field that a personal trait can become. */
const further: Partial<Record<PersonalName, readonly string[]>> = {
  email: ['email_sha256_google'],
  phone: ['phone_sha256_digits'],
  first_name: ['first_name_sha256_google'],
  last_name: ['last_name_sha256_google'],
};

export const fieldsOf = (name: PersonalName): readonly string[] => [
  `${name}_sha256`,
  ...(further[name] ?? []),
];

/**
 * The forms that platforms match a personal trait in (docs/wire.md W-18): Meta's by the trait's own name, Google's beside
 * it where the two differ. None of what has no usable form: the hash of a wrong one matches nobody.
 */
export function formsOf(
  name: PersonalName,
  text: string,
  traits: JsonObject,
  readPhone: ReadPhone,
): readonly Form[] {
  const country = typeof traits['country'] === 'string' ? traits['country'].trim() : undefined;
  switch (name) {
    case 'email':
      return emailForms(text);
    case 'phone':
      return phoneForms(text, country, readPhone);
    case 'first_name':
    case 'last_name':
      return nameForms(name, text);
    default: {
      const form = others[name](text, country);
      return form ? [[`${name}_sha256`, form]] : [];
    }
  }
}

/** Both forms where the second differs; the second alone where the first has none. */
const both = (field: string, meta: string | undefined, google: string | undefined): readonly Form[] => [
  ...(meta ? [[`${field}_sha256`, meta] as const] : []),
  ...(google && google !== meta ? [[`${field}_sha256_google`, google] as const] : []),
];

function emailForms(text: string): readonly Form[] {
  const email = text.normalize('NFC').trim().toLowerCase();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > 320) return [];
  const [local = '', domain = ''] = email.split('@');
  const isGmail = domain === 'gmail.com' || domain === 'googlemail.com';
  const mailbox = isGmail ? local.replace(/\+.*$/, '').replaceAll('.', '') : local;
  // Without a name left, everybody's would be the same.
  if (!mailbox) return [];
  // An address cannot have two dots in a row; only Google, which reads none of them, knows whose it is.
  const hasTwoDots = email.includes('..');
  const google = hasTwoDots && !isGmail ? undefined : `${mailbox}@${domain}`;
  return both('email', hasTwoDots ? undefined : email, google);
}

function phoneForms(text: string, country: string | undefined, readPhone: ReadPhone): readonly Form[] {
  let e164 = e164Of(text);
  try {
    e164 ??= e164Of(readPhone?.(text, country));
  } catch {
    // The number is left out, and the rest goes.
  }
  if (!e164) return [];
  return [
    ['phone_sha256', e164],
    ['phone_sha256_digits', e164.slice(1)],
  ];
}

function e164Of(text: unknown): string | undefined {
  // A number without its country, or with a trunk zero, would become somebody else's.
  if (typeof text !== 'string' || text.includes('(0)')) return undefined;
  const e164 = text.replace(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(e164) ? e164 : undefined;
}

const title = /^(?:(?:mr|mrs|ms|miss|dr|prof)(?:\.\s*|\s+))+/;
const suffix = /(?:,\s*|\s+)(?:jr|sr|2nd|3rd|ii|iii|iv|vi?|cpa|dc|dds|vm|jd|md|phd|esq)\.?$/;

/** Meta drops spaces and punctuation and keeps titles; Google keeps the former and drops the latter. */
function nameForms(name: 'first_name' | 'last_name', text: string): readonly Form[] {
  const lower = text.normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ');
  const google = lower.replace(title, '').replace(suffix, '').replace(suffix, '');
  return both(name, bare(text), bare(google) ? google : lower);
}

const bare = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]/gu, '');

type Normalise = (text: string, country: string | undefined) => string | undefined;

const others: Record<Exclude<PersonalName, 'email' | 'phone' | 'first_name' | 'last_name'>, Normalise> = {
  // Meta's own code leaves only a-z of a city: "Zürich" is "zrich" there.
  city: (text) => bare(text).replace(/[^a-z]/g, '') || bare(text),
  state: (text, country) => usStateOf(bare(text), country) ?? bare(text),
  postal_code(text, country) {
    const code = text.toLowerCase().replace(/[\s-]/g, '');
    return country?.toLowerCase() === 'us' ? code.slice(0, 5) : code;
  },
  date_of_birth: birthdayOf,
  gender: (text) => /^\s*([fm])(emale|ale)?\s*$/i.exec(text)?.[1]?.toLowerCase(),
};

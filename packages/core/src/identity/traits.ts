import type { Json, JsonObject } from '../event/event.ts';
import { isHash } from '../event/sha256.ts';
import type { PersonalName } from '../event/personal-names.ts';
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

type Normalised = readonly (readonly [name: string, text: string])[];

const bare = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]/gu, '');
const one =
  (name: string, normalise: (text: string, traits: JsonObject) => string | undefined) =>
  (text: string, traits: JsonObject): Normalised => {
    const normalised = normalise(text, traits);
    return normalised ? [[`${name}_sha256`, normalised]] : [];
  };

function e164Of(text: unknown): string | undefined {
  // A number without its country, or with a trunk zero, would become somebody else's.
  if (typeof text !== 'string' || text.includes('(0)')) return undefined;
  const e164 = text.replace(/[\s().-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(e164) ? e164 : undefined;
}

/** Personal traits and the forms that platforms match them in (Meta's, but for Google's own form of an address). */
const forms: Record<
  PersonalName,
  (text: string, traits: JsonObject, readPhone: TraitOptions['normalizePhone']) => Normalised
> = {
  email(text) {
    const email = text.normalize('NFC').trim().toLowerCase();
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > 320) return [];
    const [local = '', domain = ''] = email.split('@');
    const isGmail = domain === 'gmail.com' || domain === 'googlemail.com';
    const mailbox = isGmail ? local.replace(/\+.*$/, '').replaceAll('.', '') : local;
    // Without a name left, everybody's would be the same.
    if (!mailbox) return [];
    const google = `${mailbox}@${domain}`;
    return [['email_sha256', email], ...(google === email ? [] : [['email_sha256_google', google] as const])];
  },
  phone(text, { country }, readPhone) {
    let e164 = e164Of(text);
    try {
      e164 ??= e164Of(readPhone?.(text, typeof country === 'string' ? country : undefined));
    } catch {
      // The number is left out, and the rest goes.
    }
    if (!e164) return [];
    return [
      ['phone_sha256', e164],
      ['phone_sha256_digits', e164.slice(1)],
    ];
  },
  first_name: /* @__PURE__ */ one('first_name', bare),
  last_name: /* @__PURE__ */ one('last_name', bare),
  // Meta's own code leaves only a-z of a city: "Zürich" is "zrich" there.
  city: /* @__PURE__ */ one('city', (text) => bare(text).replace(/[^a-z]/g, '') || bare(text)),
  state: /* @__PURE__ */ one('state', bare),
  postal_code: /* @__PURE__ */ one('postal_code', (text, { country }) => {
    const code = text.toLowerCase().replace(/[\s-]/g, '');
    return typeof country === 'string' && country.toLowerCase() === 'us' ? code.slice(0, 5) : code;
  }),
  date_of_birth: /* @__PURE__ */ one('date_of_birth', (text) => {
    const [, y = '', m = '', d = ''] = /^\s*(\d{4})-?(\d\d)-?(\d\d)/.exec(text) ?? [];
    const [, month = m, day = d, year = y] = /^\s*(\d\d)[-/](\d\d)[-/](\d{4})\s*$/.exec(text) ?? [];
    // 31/12/1990 has no month, and is left out.
    const isDate = month > '00' && month <= '12' && day > '00' && day <= '31';
    return isDate ? year + month + day : undefined;
  }),
  gender: /* @__PURE__ */ one('gender', (text) =>
    /^\s*([fm])(emale|ale)?\s*$/i.exec(text)?.[1]?.toLowerCase(),
  ),
};

const derived: Record<string, readonly string[]> = {
  email: ['email_sha256', 'email_sha256_google'],
  phone: ['phone_sha256', 'phone_sha256_digits'],
};

/**
 * Normalises and hashes the personal traits, and leaves the others as they are (docs/wire.md W-18). `null` removes a
 * trait, so it removes what was made of it. What is a hash already stays; what can not be normalised is left out,
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
    if (value === null) put((derived[meant] ?? [`${meant}_sha256`]).map((as) => [as, null]));
    else if (typeof value === 'string' && isHash(value.toLowerCase()))
      put([[`${meant}_sha256`, value.toLowerCase()]]);
    else {
      const made = typeof value === 'string' ? forms[meant](value, traits, normalizePhone) : [];
      const hashed = made.map(([as, text]) => [as, sha256(text)] as const);
      // A `sha256` that is none, such as a promise of one, says nothing of a person.
      if (hashed.length > 0 && hashed.every(([, hash]) => isHash(hash))) put(hashed);
      else if (!clearTraits.includes(name)) leftOut.push(name);
    }
  }
  return { traits: safe as Traits, leftOut };
}

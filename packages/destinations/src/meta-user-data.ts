import type { JsonObject } from '@tracklayer/core';
import { without } from './items.ts';
import { countryOf, hashesOf, textOf, type Person } from './person.ts';
import { sha256 } from './sha256.ts';

/** Customer information parameters: lists of SHA-256, and ids in clear. */
export interface MetaUserData {
  em?: readonly string[] | undefined;
  ph?: readonly string[] | undefined;
  fn?: readonly string[] | undefined;
  ln?: readonly string[] | undefined;
  ct?: readonly string[] | undefined;
  st?: readonly string[] | undefined;
  zp?: readonly string[] | undefined;
  country?: readonly string[] | undefined;
  db?: readonly string[] | undefined;
  ge?: readonly string[] | undefined;
  external_id?: readonly string[] | undefined;
  client_ip_address?: string | undefined;
  client_user_agent?: string | undefined;
  fbc?: string | undefined;
  fbp?: string | undefined;
  fb_login_id?: number | undefined;
  lead_id?: number | undefined;
  ctwa_clid?: string | undefined;
}

/** What Meta matches a person by. An id of yours is trimmed and hashed as it is written, so write it the same everywhere. */
export function metaUserData(person: Person, properties: JsonObject = {}): MetaUserData {
  const { traits, click_ids, user_id } = person;
  const country = countryOf(traits);
  const { fbclid, fbc = fbclid && `fb.1.${person.clicked_at}.${fbclid}`, fbp } = click_ids;
  const external = user_id?.trim();
  return without({
    em: hashesOf(traits, 'email_sha256'),
    ph: hashesOf(traits, 'phone_sha256_digits'),
    fn: hashesOf(traits, 'first_name_sha256'),
    ln: hashesOf(traits, 'last_name_sha256'),
    ct: hashesOf(traits, 'city_sha256'),
    st: hashesOf(traits, 'state_sha256'),
    zp: hashesOf(traits, 'postal_code_sha256'),
    country: country ? [sha256(country.toLowerCase())] : [],
    db: hashesOf(traits, 'date_of_birth_sha256'),
    ge: hashesOf(traits, 'gender_sha256'),
    external_id: external ? [sha256(external)] : [],
    client_ip_address: person.ip,
    client_user_agent: person.user_agent,
    fbc,
    fbp,
    fb_login_id: wholeNumber(traits['fb_login_id']),
    // Meta's own ids of leads have 15 to 17 digits; a CRM's id is none.
    lead_id: wholeNumber(properties['lead_id'], /^\d{15,17}$/),
    ctwa_clid: textOf(traits, 'ctwa_clid'),
  });
}

function wholeNumber(value: unknown, shape = /^\d+$/): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return shape.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

const tooFew: readonly (readonly string[])[] = [
  ['ct', 'country', 'st', 'zp', 'ge', 'client_user_agent'],
  ['db', 'client_user_agent'],
  ['fn', 'ge'],
  ['ln', 'ge'],
];

/** Whether Meta can match by these: some combinations alone are refused. */
export function hasMatchKeys(user_data: MetaUserData): boolean {
  const keys = Object.keys(user_data);
  return keys.length > 0 && !tooFew.some((set) => keys.every((key) => set.includes(key)));
}

import { hashTraits, type JsonObject } from '@tracklayer/core';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';
import { hashesOf, traitVectors } from './trait-vectors.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test.each(traitVectors)('W-18 %s hashes as the platforms do', (_, vector) => {
  const { made, wanted } = hashesOf(vector, (traits) => hashTraits(traits, { sha256 }));
  expect(made).toEqual(wanted);
});

test('W-18 a trait whose hash is not one is left out, and reported', () => {
  const broken = (async () => 'x') as unknown as typeof sha256;
  expect(hashTraits({ email: 'jane@example.com', plan: 'pro' }, { sha256: broken })).toEqual({
    traits: { plan: 'pro' },
    leftOut: ['email'],
  });
});

test('W-18 no raw personal trait is left, whatever its form', () => {
  const raw: JsonObject = {
    email: 'nobody',
    phone: '030 1234567',
    first_name: 7,
    last_name: ['Doe'],
    city: '',
    state: null,
    postal_code: '10115',
    date_of_birth: 'yesterday',
    gender: 'other',
    country: 'DE',
    plan: 'pro',
  };
  const { traits, leftOut } = hashTraits(raw, { sha256 });
  expect(traits).toEqual({
    state_sha256: null,
    postal_code_sha256: sha256('10115'),
    country: 'DE',
    plan: 'pro',
  });
  expect(leftOut).toEqual(['email', 'phone', 'first_name', 'last_name', 'city', 'date_of_birth', 'gender']);
});

test.each([
  ['a birthday that could be two', { date_of_birth: '05/03/1995' }],
  ['a birthday of two digits a year', { date_of_birth: '31.12.90' }],
  ['a 30th of February', { date_of_birth: '1990-02-30' }],
  ['an address with two dots in a row', { email: 'jane..doe@example.com' }],
  ['a month that is none', { date_of_birth: '1990-13-01' }],
  ['a day that is none', { date_of_birth: '1990-12-00' }],
  ['a Gmail address that is a tag alone', { email: '+news@gmail.com' }],
  ['a Gmail address of dots', { email: '..@googlemail.com' }],
])('W-18 %s is left out: its hash would be nobody, or everybody', (_, raw) => {
  expect(hashTraits(raw as unknown as JsonObject, { sha256 })).toEqual({
    traits: {},
    leftOut: Object.keys(raw),
  });
});

test.each([
  ['by the country beside it', () => '+491711234567', { phone_sha256: sha256('+491711234567') }],
  ['of no use', () => undefined, {}],
  ['no E.164', () => '0171 1234567', {}],
  ['no text', () => 491711234567 as never, {}],
  ['a throw', () => JSON.parse('') as undefined, {}],
])('W-18 normalizePhone reads what is not E.164: %s', (_, normalizePhone, expected) => {
  const asked: unknown[] = [];
  const options = {
    sha256,
    normalizePhone: (...given: unknown[]) => (asked.push(given), normalizePhone()),
  };
  const { traits, leftOut } = hashTraits({ phone: '0171 1234567', country: 'DE' }, options);
  expect(traits).toMatchObject({ country: 'DE', ...expected });
  expect(leftOut).toEqual('phone_sha256' in expected ? [] : ['phone']);
  hashTraits({ phone: '+49 171 1234567' }, options);
  expect(asked).toEqual([['0171 1234567', 'DE']]);
});

test('P-5 W-18 a client without hashTraits leaves personal traits and properties out, and says so', async () => {
  const { client, transport, errors } = clientWith();
  client.identify({ user_id: 'cust_2048', traits: { email: 'jane@example.com', plan: 'pro' } });
  client.capture({
    event: 'login',
    user_id: 'cust_2048',
    properties: { phone: '+49 30 1234567', method: 'mail' },
  });
  await client.flush();
  expect(transport.delivered).toMatchObject([
    { traits: { plan: 'pro' } },
    { properties: { method: 'mail' } },
  ]);
  expect(JSON.stringify(transport.requests)).not.toMatch(/jane|1234567/);
  // Of the traits, and of the property.
  expect(errors).toEqual(['personal_data', 'personal_data']);
});

test('P-5 W-18 a client with hashTraits hashes them before the queue', async () => {
  const { client, transport } = clientWith(undefined, {
    hashTraits: (traits) => hashTraits(traits, { sha256 }),
  });
  client.identify({ user_id: 'cust_2048', traits: { email: ' Jane@Example.com ' } });
  await client.flush();
  expect(transport.delivered).toMatchObject([{ traits: { email_sha256: sha256('jane@example.com') } }]);
});

test('W-18 clearTraits keeps a trait in clear beside its hash', () => {
  const { traits } = hashTraits({ last_name: 'Doe' }, { sha256, clearTraits: ['last_name'] });
  expect(traits).toEqual({ last_name: 'Doe', last_name_sha256: sha256('doe') });
});

test.each([
  ['a clear address', 'jane@example.com'],
  ['upper-case hex', sha256('a').toUpperCase()],
  ['an MD5', '900150983cd24fb0d6963f7d28e17f72'],
  ['the hash of nothing', sha256('')],
])('W-18 %s is no email_sha256', (_, email_sha256) => {
  expect(hashTraits({ email_sha256 }, { sha256 })).toEqual({ traits: {}, leftOut: ['email_sha256'] });
});

test.each([
  ['Email', { email_sha256: sha256('jane@example.com') }],
  ['emailAddress', { email_sha256: sha256('jane@example.com') }],
  ['E-Mail', { email_sha256: sha256('jane@example.com') }],
])('W-18 %s is the trait email', (name, traits) => {
  expect(hashTraits({ [name]: 'Jane@example.com', plan: 'pro' }, { sha256 })).toEqual({
    traits: { ...traits, plan: 'pro' },
    leftOut: [],
  });
});

test.each([
  ['firstName', 'first_name'],
  ['surname', 'last_name'],
  ['ZIP', 'postal_code'],
  ['mobile_phone', 'phone'],
  ['birthday', 'date_of_birth'],
])('W-18 %s is the trait %s', (name, trait) => {
  const raw = {
    first_name: 'Jane',
    last_name: 'Doe',
    postal_code: '10115',
    phone: '+491711234567',
    date_of_birth: '1990-12-31',
  }[trait]!;
  expect(hashTraits({ [name]: raw }, { sha256 })).toEqual(hashTraits({ [trait]: raw }, { sha256 }));
});

test('W-18 a trait by its own name says more than one by another; a boolean names nobody', () => {
  const both = { Email: 'old@example.com', email: 'jane@example.com', phone: true };
  expect(hashTraits(both, { sha256 }).traits).toEqual({
    email_sha256: sha256('jane@example.com'),
    phone: true,
  });
});

test.each([
  ['1990-12-31', '19901231'],
  ['19901231', '19901231'],
  ['1990/12/31', '19901231'],
  ['1990-12-31T00:00:00.000Z', '19901231'],
  ['31.12.1990', '19901231'],
  ['5.3.1995', '19950305'],
  ['31/12/1990', '19901231'],
  ['12/31/1990', '19901231'],
  ['05-05-1995', '19950505'],
  ['31 December 1990', '19901231'],
  ['Dec 31, 1990', '19901231'],
  ['December 31st, 1990', '19901231'],
  ['31-Dec-1990', '19901231'],
])('W-18 the birthday %s is unambiguous', (date_of_birth, form) => {
  const { traits } = hashTraits({ date_of_birth }, { sha256 });
  expect(traits).toEqual({ date_of_birth_sha256: sha256(form) });
});

test.each<[JsonObject, string]>([
  [{ state: 'California', country: 'US' }, 'ca'],
  [{ state: 'new york' }, 'ny'],
  [{ state: 'CA', country: 'us' }, 'ca'],
  [{ state: 'Georgia', country: 'GE' }, 'georgia'],
  [{ state: 'Bayern', country: 'DE' }, 'bayern'],
])('W-18 the state of %j is matched as %s', (raw, form) => {
  expect(hashTraits(raw, { sha256 }).traits['state_sha256']).toBe(sha256(form));
});

test.each<[JsonObject, JsonObject]>([
  [
    { last_name: 'van der Berg' },
    { last_name_sha256: 'vanderberg', last_name_sha256_google: 'van der berg' },
  ],
  [{ last_name: "O'Neil Jr." }, { last_name_sha256: 'oneiljr', last_name_sha256_google: "o'neil" }],
  [
    { first_name: 'Dr. Anne-Marie' },
    { first_name_sha256: 'drannemarie', first_name_sha256_google: 'anne-marie' },
  ],
  [{ first_name: 'Jane' }, { first_name_sha256: 'jane' }],
  [{ email: 'jane..doe@gmail.com' }, { email_sha256_google: 'janedoe@gmail.com' }],
])('W-18 %j has Google’s form where it differs', (raw, forms) => {
  const hashed = Object.entries(forms).map(([name, form]) => [name, sha256(form as string)]);
  expect(hashTraits(raw, { sha256 }).traits).toEqual(Object.fromEntries(hashed));
});

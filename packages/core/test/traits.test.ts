import { hashTraits, type JsonObject } from '@tracklayer/core';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Form {
  omit?: boolean;
  sha256?: string;
  preferred?: { sha256: string };
}
interface Vector {
  id: string;
  field: string;
  raw: string;
  context?: { country?: string };
  expect: Record<string, Form>;
}

const names: Record<string, { trait: string; meta: string; google?: string }> = {
  email: { trait: 'email', meta: 'email_sha256', google: 'email_sha256_google' },
  phone: { trait: 'phone', meta: 'phone_sha256_digits', google: 'phone_sha256' },
  first_name: { trait: 'first_name', meta: 'first_name_sha256' },
  last_name: { trait: 'last_name', meta: 'last_name_sha256' },
  city: { trait: 'city', meta: 'city_sha256' },
  state: { trait: 'state', meta: 'state_sha256' },
  gender: { trait: 'gender', meta: 'gender_sha256' },
  dob: { trait: 'date_of_birth', meta: 'date_of_birth_sha256' },
};
// National numbers need a phone library, which only a server loads.
const isNational = ({ field, raw }: Vector): boolean => field === 'phone' && !raw.startsWith('+');

const vectors = (
  JSON.parse(readFileSync(new URL('./vectors/normalization.json', import.meta.url), 'utf8')) as Vector[]
).filter((vector) => names[vector.field] && !isNational(vector));

test.each(vectors.map((vector) => [vector.id, vector] as const))(
  'W-18 %s hashes as the platforms do',
  (_, vector) => {
    const { trait, meta, google } = names[vector.field]!;
    const { traits } = hashTraits({ [trait]: vector.raw, ...vector.context }, { sha256 });
    const wanted = (form: Form | undefined): string | undefined => form?.sha256 ?? form?.preferred?.sha256;
    const given = (name: string): unknown => traits[name];
    const expected = [
      vector.expect['meta'] && [meta, wanted(vector.expect['meta'])],
      google && vector.expect['google'] && [google, wanted(vector.expect['google'])],
    ].filter((pair) => Array.isArray(pair)) as [string, string | undefined][];
    for (const [name, hash] of expected) {
      // The second form of an address stands only where it differs from the first.
      expect(given(name) ?? given(meta)).toBe(hash);
    }
  },
);

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
  ['a birthday with the day first', { date_of_birth: '31/12/1990' }],
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
  expect(errors).toEqual(['personal_data']);
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

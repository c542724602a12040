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

test('W-18 a trait whose hash is none is left out, and told', () => {
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

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { createMemoryTransport, hashTraits, type TrackLayerError } from '@tracklayer/core';
import { createNodeClient } from '../src/index.ts';
import { createPhoneNormalizer } from '../src/phone.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Vector {
  id: string;
  field: string;
  raw: string;
  context?: { country: string };
  expect: { meta: { omit?: true; sha256?: string }; google: { sha256?: string } };
}

const vectors = (
  JSON.parse(
    readFileSync(new URL('../../core/test/vectors/normalization.json', import.meta.url), 'utf8'),
  ) as Vector[]
).filter(({ field }) => field === 'phone');

test.each(vectors.map((vector) => [vector.id, vector] as const))(
  'W-18 the phone %s hashes as the platforms do',
  (_, { raw, context, expect: expected }) => {
    const normalizePhone = createPhoneNormalizer();
    const { traits, leftOut } = hashTraits({ phone: raw, ...context }, { sha256, normalizePhone });
    expect(traits['phone_sha256_digits']).toBe(expected.meta.sha256);
    expect(traits['phone_sha256']).toBe(expected.google.sha256);
    expect(leftOut).toEqual(expected.meta.omit ? ['phone'] : []);
  },
);

test.each([
  ['0171 1234567', 'DE', '+491711234567'],
  ['0171/123 45-67', 'de ', '+491711234567'],
  ['+49 (0)171 1234567', undefined, '+491711234567'],
  ['0049 171 1234567', 'DE', '+491711234567'],
  ['011 49 171 1234567', 'US', '+491711234567'],
  ['1 510 555 0011', 'US', '+15105550011'],
  ['06 12345678', 'IT', '+390612345678'],
  // With the country code, or a long number of the area 04917: it could be two people's.
  ['491711234567', 'DE', undefined],
  ['0171 1234567', undefined, undefined],
  ['0171 1234567', 'Germany', undefined],
  ['0171 1234567', '', undefined],
  ['123', 'DE', undefined],
  ['call 0171 1234567', 'DE', undefined],
  ['0171 1234567 / 0172 7654321', 'DE', undefined],
  ['0'.repeat(100_000), 'DE', undefined],
  ['', 'DE', undefined],
])('W-18 %.40s in %s is %s', (text, country, e164) => {
  expect(createPhoneNormalizer()(text, country)).toBe(e164);
});

test('the country of the traits wins over the default one', () => {
  const normalizePhone = createPhoneNormalizer({ defaultCountry: 'DE' });
  expect(normalizePhone('079 123 45 67', 'CH')).toBe('+41791234567');
  expect(normalizePhone('0171 1234567')).toBe('+491711234567');
  expect(normalizePhone('0171 1234567', 'XX')).toBeUndefined();
});

test('P-5 W-18 a client hashes numbers as people write them, and reports those it leaves out', async () => {
  const transport = createMemoryTransport();
  const onError = vi.fn<(error: TrackLayerError) => void>();
  const normalizePhone = createPhoneNormalizer({ defaultCountry: 'DE' });
  const client = createNodeClient({ transport, normalizePhone, onError });
  client.identify({ user_id: 'cust_2048', traits: { phone: '0171 1234567' } });
  client.identify({ user_id: 'cust_2049', traits: { phone: '12', plan: 'pro' } });
  await client.flush();
  expect(transport.delivered).toMatchObject([
    { traits: { phone_sha256: sha256('+491711234567'), phone_sha256_digits: sha256('491711234567') } },
    { traits: { plan: 'pro' } },
  ]);
  expect(JSON.stringify(transport.requests)).not.toMatch(/171 1234567/);
  expect(onError.mock.calls.map(([{ code }]) => code)).toEqual(['personal_data']);
});

test.each(['Germany', 'de', ''])('defaultCountry %j is refused', (defaultCountry) => {
  expect(() => createPhoneNormalizer({ defaultCountry })).toThrow('[invalid_options] defaultCountry');
});

import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyWebhook, type SignedWebhook } from '../src/index.ts';

const now = Date.parse('2026-11-23T10:15:30.000Z');
const secret = 'whsec_0123456789abcdef';
const body = '{"type":"event","event":{"event":"purchase"}}';
const sign = (text: string, at = now, key = secret): string => {
  const seconds = Math.floor(at / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${text}`).digest('hex')}`;
};
const verify = (more: Partial<SignedWebhook>): boolean =>
  verifyWebhook({ signature: sign(body), body, secret, now, ...more });

test('a request that the relay signed is genuine, as text and as bytes', () => {
  expect(verify({})).toBe(true);
  expect(verify({ body: Buffer.from(body) })).toBe(true);
  expect(verify({ signature: sign(body, now - 299_000) })).toBe(true);
});

test.each<[string, Partial<SignedWebhook>]>([
  ['no signature', { signature: null }],
  ['another body', { body: `${body} ` }],
  ['another secret', { secret: 'whsec_other_0123456789' }],
  ['an old one', { signature: sign(body, now - 301_000) }],
  ['one from the future', { signature: sign(body, now + 301_000) }],
  ['a prefix', { signature: sign(body).slice(0, -2) }],
  ['capitals', { signature: sign(body).toUpperCase() }],
  ['another version alone', { signature: sign(body).replace('v1', 'v2') }],
  ['a megabyte', { signature: 't='.repeat(500_000) }],
])('a request with %s is not', (_, more) => {
  expect(verify(more)).toBe(false);
});

test('while a secret is changed, both are good, and a later version may stand beside', () => {
  expect(verify({ secret: ['whsec_new_0123456789', secret] })).toBe(true);
  const [time, signature] = sign(body).split(',');
  expect(verify({ signature: `${time},v2=ab,${signature},v1=${'0'.repeat(64)}` })).toBe(true);
});

test.each(['', [], [''], undefined])('a secret that is not set is told, and believes nobody: %j', (none) => {
  expect(() => verify({ secret: none, signature: sign(body, now, '') })).toThrow(
    '[invalid_options] `secret` is missing',
  );
});

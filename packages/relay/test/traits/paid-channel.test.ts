import type { Json, JsonObject } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { joinSeen, mergeSeen, seenIn, type StoredSeen } from '../../src/store/last-seen.ts';
import { paidChannel } from '../../src/traits/paid-channel.ts';
import { rowsOf } from './traits-page.ts';

const hourMs = 3_600_000;

/** The channel of somebody whose events came with these contexts, an hour after each other. */
function channelAfter(...contexts: readonly JsonObject[]): string {
  const seen = contexts.reduce<StoredSeen>(
    (known, context, hour) => mergeSeen(known, seenIn({ context }), hour * hourMs),
    {},
  );
  return paidChannel(joinSeen([seen]));
}
const clicked = (name: string, id = 'x'): JsonObject => ({ click_ids: { [name]: id } });
const from = (source: Json, medium: Json): JsonObject => ({ utm: { source, medium } });

/** What a table of docs/traits.md says of each name in its first column. */
const saidIn = (head: string): (readonly [name: string, channel: string])[] =>
  rowsOf(head).flatMap(({ names, value }) => names.map((name) => [name, value.replaceAll('`', '')] as const));

test('P-10 paid_channel is that of docs/traits.md for each click id', () => {
  const said = saidIn('Click id');
  expect(said).toHaveLength(7);
  expect(said).toEqual(said.map(([name]) => [name, channelAfter(clicked(name))]));
});

test('P-10 paid_channel is that of docs/traits.md for each source of a paid campaign', () => {
  const said = saidIn('`utm_source`').filter(([name]) => name !== 'utm_medium');
  expect(said).toHaveLength(12);
  expect(said).toEqual(said.map(([name]) => [name, channelAfter(from(name, 'cpc'))]));
  expect(channelAfter(from('bing', 'cpc'))).toBe('other_ads');
});

test.each(['www.Facebook.com', 'm.facebook.com', 'facebook-ads', 'Facebook Ads', 'FACEBOOK'])(
  'W-10 the source %s is facebook',
  (source) => expect(channelAfter(from(source, 'paid_social'))).toBe('meta_ads'),
);

test.each([
  'cpc',
  'CPC',
  'cpm',
  'cpa',
  'cpv',
  'ppc',
  'google_cpc',
  'paid',
  'paid-social',
  'ad',
  'ads',
  'banner',
  'display',
  'remarketing',
  'retargeting',
])('W-10 the medium %s is paid', (medium) => expect(channelAfter(from('google', medium))).toBe('google_ads'));

test.each(['organic', 'email', 'social', 'referral', 'unpaid', 'adviser', '', null, 7, {}])(
  'W-10 the medium %j is not paid',
  (medium) => expect(channelAfter(from('google', medium))).toBe('none'),
);

test('W-10 a source that is no word, or a name of every object, is another ad', () => {
  for (const source of ['constructor', '__proto__', '', null, 7, {}])
    expect(channelAfter(from(source, 'cpc'))).toBe('other_ads');
});

test('W-34 paid_channel is that of the newest ad, and a visit that no ad brought takes nothing away', () => {
  expect(channelAfter()).toBe('none');
  expect(channelAfter(clicked('gclid'), clicked('fbclid'))).toBe('meta_ads');
  expect(channelAfter(clicked('gclid'), from('linkedin', 'cpc'))).toBe('linkedin_ads');
  expect(channelAfter(from('linkedin', 'cpc'), clicked('gclid'))).toBe('google_ads');
  expect(channelAfter(from('linkedin', 'cpc'), from('newsletter', 'email'), {})).toBe('linkedin_ads');
});

test('W-34 later pages that repeat what the visitor came by make it no newer', () => {
  const first = { click_ids: { fbc: 'fb.1.2.x' } };
  expect(channelAfter(first, clicked('gclid'), first, first)).toBe('google_ads');
  expect(channelAfter(from('tiktok', 'cpc'), clicked('gclid'), from('tiktok', 'cpc'))).toBe('google_ads');
});

test('W-34 a click id of Facebook counts unless its address says that the post was unpaid', () => {
  const post = { ...from('facebook', 'social'), ...clicked('fbclid', 'f1') };
  expect(channelAfter(post)).toBe('none');
  // Meta's cookie repeats the id, and later campaigns do not make the post an ad.
  expect(channelAfter(post, clicked('fbc', 'fb.1.1764151200000.f1'), from('newsletter', 'email'))).toBe(
    'none',
  );
  expect(channelAfter(post, clicked('fbclid', 'f2'))).toBe('meta_ads');
  expect(channelAfter({ ...from('facebook', 'paid'), ...clicked('fbclid', 'f1') })).toBe('meta_ads');
  expect(channelAfter({ utm: { source: 'facebook' }, ...clicked('fbclid', 'f1') })).toBe('meta_ads');
});

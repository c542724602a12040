import type { Json } from '@tracklayer/core';
import type { LastSeen } from '../store/people.ts';

// In the order in which they count of one time.
const byClickId: Readonly<Record<string, string>> = {
  gclid: 'google_ads',
  gbraid: 'google_ads',
  wbraid: 'google_ads',
  li_fat_id: 'linkedin_ads',
  ttclid: 'tiktok_ads',
  fbclid: 'meta_ads',
  fbc: 'meta_ads',
};

const bySource: Readonly<Record<string, string>> = {
  google: 'google_ads',
  adwords: 'google_ads',
  youtube: 'google_ads',
  facebook: 'meta_ads',
  fb: 'meta_ads',
  instagram: 'meta_ads',
  ig: 'meta_ads',
  meta: 'meta_ads',
  linkedin: 'linkedin_ads',
  li: 'linkedin_ads',
  tiktok: 'tiktok_ads',
  tt: 'tiktok_ads',
};

/**
 * The channel of the newest ad that brought a person: of a click id, or of paid campaign parameters; `other_ads` for a
 * source that is not in the table of docs/traits.md, `none` when no ad was seen.
 */
export function paidChannel(seen: LastSeen): string {
  const unpaid = textOf(seen['unpaid_fbclid']?.value);
  const isPaid = (name: string, value: Json): boolean =>
    !name.startsWith('fb') || unpaid === '' || !textOf(value).endsWith(unpaid);
  const touches = Object.entries(byClickId).flatMap(([name, channel]) => {
    const click = seen[name];
    return click && isPaid(name, click.value) ? [{ channel, at: click.at }] : [];
  });
  const campaign = seen['paid_utm'];
  if (campaign) touches.push({ channel: channelOfSource(campaign.value), at: campaign.at });
  const [newest] = touches.toSorted((a, b) => b.at.localeCompare(a.at));
  return newest?.channel ?? 'none';
}

/** `www.Facebook.com` and `facebook-ads` are `facebook`. */
function channelOfSource(utm: Json): string {
  const { source } = utm as { source?: Json };
  const name = textOf(source)
    .toLowerCase()
    .replace(/^(www|m|l|lm)\.|\.com$/g, '')
    .replace(/[^a-z]/g, '')
    .replace(/ads$/, '');
  return (Object.hasOwn(bySource, name) ? bySource[name] : undefined) ?? 'other_ads';
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

import type { Json, JsonObject } from '@tracklayer/core';
import { isPaidCampaign } from './paid-campaign.ts';
import type { LastSeen } from './people.ts';

/** Values by name, each with its time in milliseconds since 1970. */
export type StoredSeen = Readonly<Record<string, readonly [value: Json, at: number]>>;

/** Ids that ad platforms put into addresses and cookies. */
export const clickIds = ['gclid', 'gbraid', 'wbraid', 'fbclid', 'fbp', 'fbc', 'li_fat_id', 'ttclid'] as const;
const texts = ['ip', 'user_agent', 'locale'];
const objects = ['ga', 'heap', 'utm', 'consent'];
/** What a visitor came by: it keeps the time at which it came, however often later pages repeat it. */
const arrivals: ReadonlySet<string> = new Set([...clickIds, 'utm', 'paid_utm', 'unpaid_fbclid']);

/** Characters that one value may have; longer ones are of no use to any platform. */
const maxLength = 1_024;

/** What tells of a person. */
export interface Telling {
  context?: JsonObject | undefined;
  consent?: JsonObject | undefined;
}

// A person who browses would else cost a write for each event.
const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Finds in an event or identify what is worth remembering of its person: circumstances, and what was agreed to. */
export function seenIn({ context: said, consent }: Telling): ReadonlyMap<string, Json> {
  const seen = new Map<string, Json>();
  if (!isObject(said) && !isObject(consent)) return seen;
  const context: JsonObject = { ...(isObject(said) ? said : {}), consent };
  const clicks = own(context, 'click_ids');
  for (const name of clickIds) remember(seen, name, isObject(clicks) ? own(clicks, name) : undefined);
  for (const name of texts) remember(seen, name, own(context, name));
  for (const name of objects) {
    const value = own(context, name);
    if (isObject(value)) remember(seen, name, value);
  }
  rememberAd(seen);
  return seen;
}

/**
 * A later visit that no ad brought takes nothing away, so the last ad has a name of its own; and Facebook puts its click
 * id on the links of unpaid posts, too.
 */
function rememberAd(seen: Map<string, Json>): void {
  const utm = seen.get('utm');
  const isPaid = isObject(utm) ? isPaidCampaign(utm) : undefined;
  const fbclid = seen.get('fbclid');
  if (isPaid === true) seen.set('paid_utm', utm!);
  if (isPaid === false && fbclid !== undefined) seen.set('unpaid_fbclid', fbclid);
}

/**
 * Merges what was seen at a time: the newest value wins.
 *
 * @returns the same object when nothing is new, or nothing but the time: of consent within
 *   the same minute, of how somebody came ever, of the rest within the same hour.
 */
export function mergeSeen(known: StoredSeen, seen: ReadonlyMap<string, Json>, at: number): StoredSeen {
  const news = [...seen].filter(([name, value]) => {
    const last = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!last || !isSame(last[0], value)) return !last || at >= last[1];
    // A denial that is repeated is newer than a grant from in between that arrives late.
    const freshMs = name === 'consent' ? minuteMs : hourMs;
    return !arrivals.has(name) && at >= last[1] + freshMs;
  });
  if (news.length === 0) return known;
  return { ...known, ...Object.fromEntries(news.map(([name, value]) => [name, [value, at] as const])) };
}

/** Joins what was seen of several ids of one person: the newest of each. */
export function joinSeen(all: readonly StoredSeen[]): LastSeen {
  const newest = new Map<string, readonly [value: Json, at: number]>();
  for (const [name, seen] of all.flatMap((one) => Object.entries(one))) {
    if (seen[1] > (newest.get(name)?.[1] ?? -Infinity)) newest.set(name, seen);
  }
  return Object.fromEntries(
    [...newest].map(([name, [value, at]]) => [name, { value, at: new Date(at).toISOString() }]),
  );
}

/** Leaves out the address and the user agent when they are older than a time. */
export const withoutOldNetwork = (seen: StoredSeen, since: number): StoredSeen =>
  Object.fromEntries(Object.entries(seen).filter(([name, [, at]]) => !(isNetwork(name) && at < since)));

/** The time of the older of address and user agent; nothing when there is neither. */
export function networkTime(seen: StoredSeen): number | null {
  const times = Object.entries(seen).flatMap(([name, [, at]]) => (isNetwork(name) ? [at] : []));
  return times.length > 0 ? Math.min(...times) : null;
}

const isNetwork = (name: string): boolean => name === 'ip' || name === 'user_agent';

function remember(seen: Map<string, Json>, name: string, value: Json | undefined): void {
  const text = typeof value === 'string' ? value : isObject(value) ? JSON.stringify(value) : '';
  if (value !== undefined && text !== '' && text.length <= maxLength) seen.set(name, value);
}

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;
const isSame = (one: Json, other: Json): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other);
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

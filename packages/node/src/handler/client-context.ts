import type { ClickIds } from '@tracklayer/core';
import { isObject } from './read-messages.ts';

/** What only a server sees of a page's request. */
export interface ClientContext {
  ip: string | undefined;
  user_agent: string | undefined;
  click_ids: ClickIds;
  /** The visitor's first-party id, of the cookie `tl_aid`. */
  anonymous_id: string | undefined;
}

/** How many proxies in front of the app are the app's own: `true` for all, a number for the last so many. */
export type TrustProxy = boolean | number;

/** The shape of the ids that our own pages make; nothing else is put into a cookie. */
export const isAnonymousId = (value: unknown): value is string =>
  typeof value === 'string' && /^anon_[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value);

/**
 * Reads ip, user agent, click ids and the visitor's id from a request.
 *
 * @param ip - address of the connection, as the server in front of us knows it.
 */
export function clientContext(
  { headers }: Request,
  ip: string | undefined,
  trust: TrustProxy,
): ClientContext {
  const cookies = readCookies(headers.get('cookie') ?? '');
  const click_ids: ClickIds = {};
  for (const [name, cookie] of Object.entries({ fbp: '_fbp', fbc: '_fbc' }) as ['fbp' | 'fbc', string][]) {
    const value = cookies.get(cookie);
    if (value && /^fb\.\d\.\d{1,16}\.[\w.-]{1,500}$/.test(value)) click_ids[name] = value;
  }
  const anonymous_id = cookies.get('tl_aid');
  return {
    ip: readAddress(headers.get('x-forwarded-for'), ip, trust),
    user_agent: headers.get('user-agent')?.slice(0, 1_000) || undefined,
    click_ids,
    anonymous_id: isAnonymousId(anonymous_id) ? anonymous_id : undefined,
  };
}

/** The page's word on its circumstances, with the server's over it (docs/wire.md W-9). */
export function withClientContext(said: unknown, { ip, user_agent, click_ids }: ClientContext): unknown {
  if (said !== undefined && (!isObject(said) || Array.isArray(said))) return said;
  const { ip: _, user_agent: __, ...page } = said ?? {};
  const clicked = { ...click_ids, ...(isObject(page['click_ids']) ? page['click_ids'] : undefined) };
  return {
    ...page,
    ...(Object.keys(clicked).length > 0 && { click_ids: clicked }),
    ...(ip && { ip }),
    ...(user_agent && { user_agent }),
    via: 'browser',
  };
}

function readCookies(header: string): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of header.slice(0, 16_384).split(';')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(at, 0)).trim();
    // Of two equal names the first is the one with the longer path (RFC 6265 §5.4).
    if (name && !cookies.has(name)) cookies.set(name, part.slice(at + 1).trim());
  }
  return cookies;
}

/** Anybody can write `X-Forwarded-For`; only what our own proxies appended to it, from the right, is known to be true. */
function readAddress(
  forwarded: string | null,
  ip: string | undefined,
  trust: TrustProxy,
): string | undefined {
  const chain = trust === false || trust === 0 ? [] : (forwarded ?? '').split(',');
  const hops = [...chain, ip ?? ''].map(plainAddress);
  const candidate = hops[trust === true ? 0 : Math.max(hops.length - 1 - Number(trust), 0)];
  return candidate ?? plainAddress(ip ?? '');
}

function plainAddress(text: string): string | undefined {
  const address = text
    .trim()
    .replace(/^::ffff:(?=\d+\.)/i, '')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return /^(\d{1,3}(\.\d{1,3}){3}|(?=.*:.*:)[\da-f:.]{2,45})$/i.test(address) ? address : undefined;
}

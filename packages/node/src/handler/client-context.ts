import type { ClickIds } from '@tracklayer/core';
import { parseCookie } from 'cookie';
import { isFields } from '../http/parse-object.ts';
import { readAddress, type TrustProxy } from './address.ts';

/** What only a server sees of a page's request. */
export interface ClientContext {
  ip: string | undefined;
  user_agent: string | undefined;
  click_ids: ClickIds;
  /** The visitor's first-party id, of the cookie `tl_aid`. */
  anonymous_id: string | undefined;
  /** The id whose cookie was set from here within the last day. */
  kept_id: string | undefined;
}

/** The shape of the ids that our own pages make; nothing else is put into a cookie. */
export const isAnonymousId = (value: unknown): value is string =>
  typeof value === 'string' && /^anon_[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(value);

/** The cookies of a visitor's id (docs/consent.md). */
export const idCookie = 'tl_aid';
export const keptCookie = 'tl_aid_kept';

const maxCookieLength = 16_384;

/**
 * Reads ip, user agent, click ids and the visitor's id from a request.
 *
 * @param ip - address of the connection, as the server in front of us knows it.
 */
export function clientContext(
  { headers }: Pick<Request, 'headers'>,
  ip: string | undefined,
  trust: TrustProxy,
): ClientContext {
  // Without a prototype, and of two equal names the first, which is the one with the longer path (RFC 6265 §5.4).
  const cookies = parseCookie((headers.get('cookie') ?? '').slice(0, maxCookieLength));
  const click_ids: ClickIds = {};
  for (const [name, value] of [
    ['fbp', cookies['_fbp']],
    ['fbc', cookies['_fbc']],
  ] as const) {
    if (value && /^fb\.\d\.\d{1,16}\.[\w.-]{1,500}$/.test(value)) click_ids[name] = value;
  }
  const { [idCookie]: anonymous_id, [keptCookie]: kept_id } = cookies;
  return {
    ip: readAddress(headers.get('x-forwarded-for'), ip, trust),
    user_agent: headers.get('user-agent')?.slice(0, 1_000) || undefined,
    click_ids,
    anonymous_id: isAnonymousId(anonymous_id) ? anonymous_id : undefined,
    kept_id: isAnonymousId(kept_id) ? kept_id : undefined,
  };
}

/** The page's word on its circumstances, with the server's over it (docs/wire.md W-9). */
export function withClientContext(said: unknown, { ip, user_agent, click_ids }: ClientContext): unknown {
  if (said !== undefined && !isFields(said)) return said;
  // A page that calls its event a test would keep a real one out of reports and destinations.
  const { ip: _, user_agent: __, test: ___, ...page } = said ?? {};
  const clicked = { ...click_ids, ...(isFields(page['click_ids']) ? page['click_ids'] : undefined) };
  return {
    ...page,
    ...(Object.keys(clicked).length > 0 && { click_ids: clicked }),
    ...(ip && { ip }),
    ...(user_agent && { user_agent }),
    via: 'browser',
  };
}

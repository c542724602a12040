import { attempt } from '@tracklayer/core/adapter';

const maxAgeSeconds = 34_560_000;

/** The value of a cookie in what `document.cookie` said. */
export const cookieIn = (cookies: string, name: string): string | undefined =>
  new RegExp(`(?:^|; )${name}=([^;]*)`).exec(cookies)?.[1];

/** All cookies, slow to read; empty where they are forbidden. */
export const readCookies = (): string => attempt(() => document.cookie) ?? '';

/** The cookie's value; `undefined` where there is none, or where cookies are forbidden. */
export const readCookie = (name: string): string | undefined => cookieIn(readCookies(), name);

/** Keeps a value for 400 days, the longest that browsers allow, or deletes it where it is empty. Never throws. */
export function writeCookie(name: string, value: string, domain: string | undefined): void {
  const attributes = [
    `${name}=${value}`,
    `Max-Age=${value ? maxAgeSeconds : 0}`,
    'Path=/',
    'SameSite=Lax',
    domain && `Domain=${domain}`,
    location.protocol === 'https:' && 'Secure',
  ].filter(Boolean);
  // A sandboxed page has no cookies; the mirror in storage remains.
  attempt(() => (document.cookie = attributes.join('; ')));
}

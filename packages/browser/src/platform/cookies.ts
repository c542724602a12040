import { attempt } from './attempt.ts';

const maxAgeSeconds = 34_560_000;

/** The cookie's value; `undefined` where there is none, or where cookies are forbidden. */
export function readCookie(name: string): string | undefined {
  return attempt(() => new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1]);
}

/** Keeps a value for 400 days, the longest that browsers allow, or deletes it. Never throws. */
export function writeCookie(name: string, value: string | undefined, domain: string | undefined): void {
  const attributes = [
    `${name}=${value ?? ''}`,
    `Max-Age=${value === undefined ? 0 : maxAgeSeconds}`,
    'Path=/',
    'SameSite=Lax',
    ...(domain ? [`Domain=${domain}`] : []),
    ...(location.protocol === 'https:' ? ['Secure'] : []),
  ];
  // A sandboxed page has no cookies; the mirror in storage remains.
  attempt(() => (document.cookie = attributes.join('; ')));
}

import { refusal } from '../http/problem.ts';
import { textReply, type Reply } from '../http/reply.ts';
import type { TrustProxy } from './address.ts';

/** Where a page that sent a request was served from, seen from here. */
export interface RequestOrigin {
  /** As the page's `Origin` and our own host say it; `undefined` for a request that names no origin. */
  origin: string | undefined;
  host: string;
  isAllowed: boolean;
  isHttps: boolean;
  /** Headers that let a page of another allowed origin read the answer; none for our own pages. */
  cors: Record<string, string>;
}

/** A page says where it is from in `Origin`; it must be our own host, or an origin that the app allows. */
export function requestOrigin(
  { headers, url }: Pick<Request, 'headers' | 'url'>,
  allowed: ReadonlySet<string>,
  trust: TrustProxy,
): RequestOrigin {
  const origin = headers.get('origin') ?? undefined;
  const { host, protocol } = new URL(url);
  const named = (trust && lastOf(headers.get('x-forwarded-host'))) || headers.get('host') || host;
  const isOwn = origin === undefined || hostOf(origin) === named.toLowerCase();
  const isListed = origin !== undefined && allowed.has(origin);
  const isHttps =
    protocol === 'https:' ||
    // A page of ours that says https is served by https, whatever the last stretch to here is.
    (isOwn && !!origin?.startsWith('https:')) ||
    (!!trust && lastOf(headers.get('x-forwarded-proto')) === 'https');
  return {
    origin,
    host: named,
    isAllowed: isOwn || isListed,
    isHttps,
    cors:
      isListed && !isOwn
        ? {
            'access-control-allow-origin': origin,
            'access-control-allow-credentials': 'true',
            vary: 'origin',
          }
        : {},
  };
}

const lastOf = (list: string | null): string | undefined => list?.split(',').at(-1)?.trim();

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Names both hosts: www against apex, or a proxy that puts its own name into `Host`, shows at a glance. */
export function foreignOrigin({ origin = '', host }: RequestOrigin) {
  const page = hostOf(origin);
  const detail = page
    ? `the page is from ${shown(page)}, this endpoint is ${shown(host)}: list the page's origin in allowedOrigins, or set trustProxy if a proxy in front changes Host`
    : 'the page has no origin of its own (a sandboxed frame, a file): it cannot be allowed';
  return refusal(403, 'foreign_origin', detail);
}

/** The caller's text: only what looks like a host is shown back. */
const shown = (host: string): string => (/^[\w.-]{1,253}(:\d{1,5})?$/.test(host) ? host : 'another host');

/** The answer to a page of another allowed origin that asks before it sends. */
export const preflight = (cors: Record<string, string>): Reply =>
  textReply(undefined, {
    status: 204,
    headers: {
      ...cors,
      allow: 'POST, OPTIONS',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type, content-encoding, idempotency-key, tracklayer-attempt',
      'access-control-max-age': '7200',
    },
  });

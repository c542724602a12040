import type { TrustProxy } from './client-context.ts';

/** Where a page that sent a request was served from, seen from here. */
export interface RequestOrigin {
  isAllowed: boolean;
  isHttps: boolean;
  /** Headers that let a page of another allowed origin read the answer; none for our own pages. */
  cors: Record<string, string>;
}

/** A page says where it is from in `Origin`; it must be our own host, or an origin that the app allows. */
export function requestOrigin(
  { headers, url }: Request,
  allowed: ReadonlySet<string>,
  trust: TrustProxy,
): RequestOrigin {
  const origin = headers.get('origin');
  const { host, protocol } = new URL(url);
  const named = (trust && lastOf(headers.get('x-forwarded-host'))) || headers.get('host') || host;
  const isOwn = origin === null || hostOf(origin) === named.toLowerCase();
  const isListed = origin !== null && allowed.has(origin);
  const isHttps =
    protocol === 'https:' ||
    // A page of ours that says https is served by https, whatever the last stretch to here is.
    (isOwn && !!origin?.startsWith('https:')) ||
    (!!trust && lastOf(headers.get('x-forwarded-proto')) === 'https');
  return {
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

/** The answer to a page of another allowed origin that asks before it sends. */
export function preflight(cors: Record<string, string>): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...cors,
      allow: 'POST, OPTIONS',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type, content-encoding, idempotency-key, tracklayer-attempt',
      'access-control-max-age': '7200',
    },
  });
}

import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { TrackLayerError } from '@tracklayer/core';

/** What a key may do (docs/wire.md W-8). */
export const scopes = [
  'events:write',
  'events:read',
  'registry:write',
  'people:write',
  'audiences:write',
  'destinations:write',
] as const;
export type Scope = (typeof scopes)[number];

/** A key of one environment. Its secret is given as it is, or as a SHA-256 so that no file holds it. */
export type RelayKey = {
  /** Events, people and counts of one environment are invisible to every other: `production`, `staging`. */
  environment: string;
  /** Default: `events:write` and `events:read`. */
  scopes?: readonly Scope[] | undefined;
} & (
  | { /** At least 16 characters of visible ASCII. */ secret: string; sha256?: undefined }
  | {
      /** SHA-256 of the secret, 64 hex digits. `tracklayer key` prints both. */ sha256: string;
      secret?: undefined;
    }
);

/** What a request may do, by its key. */
export interface Grant {
  environment: string;
  scopes: ReadonlySet<Scope>;
  /** The first 12 digits of the secret's SHA-256: tells keys apart, and opens nothing. */
  fingerprint: string;
}

/** What a key may do, as `GET /api/key` answers (docs/wire.md W-56). */
export interface OwnKey {
  environment: string;
  /** The fingerprint. */
  key: string;
  scopes: readonly Scope[];
}

export const digest = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/** The first 12 hex digits of a digest, to tell one thing from another. */
export const fingerprintOf = (whole: Buffer): string => whole.toString('hex').slice(0, 12);

/** A new secret, 192 bits: `tlk_` and 32 characters of base64url. */
export const generateSecret = (): string => `tlk_${randomBytes(24).toString('base64url')}`;

/**
 * Checks keys once, and returns what tells a request's grant by its `Authorization` header.
 *
 * @throws TrackLayerError `invalid_options`, which names the key by its place and never by its secret.
 */
export function createKeyRing(
  keys: readonly RelayKey[],
): (authorization: string | undefined) => Grant | undefined {
  const ring = keys.map((key, place) => {
    const fault = faultOf(key);
    if (fault) throw new TrackLayerError('invalid_options', `keys[${place}] ${fault}`);
    const its = key.secret === undefined ? Buffer.from(key.sha256, 'hex') : digest(key.secret);
    const { environment, scopes: given = defaultScopes } = key;
    return {
      digest: its,
      grant: { environment, scopes: new Set(given), fingerprint: fingerprintOf(its) },
    };
  });

  ring.forEach((key, place) => {
    const first = ring.findIndex((other) => other.digest.equals(key.digest));
    if (first < place)
      throw new TrackLayerError('invalid_options', `keys[${place}] has the secret of keys[${first}]`);
  });

  return (authorization) => {
    // Digests have one length, every key is compared, and a missing secret takes the same path as a wrong one:
    // the time of an answer tells nothing about any key.
    const given = digest(/^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '');
    let grant: Grant | undefined;
    for (const key of ring) if (timingSafeEqual(key.digest, given)) grant = key.grant;
    return grant;
  };
}

const defaultScopes: readonly Scope[] = ['events:write', 'events:read'];

export const environmentFault = (environment: unknown): string | undefined =>
  typeof environment === 'string' && /^[a-z][a-z0-9_-]{0,31}$/.test(environment)
    ? undefined
    : 'needs an environment of a-z, 0-9, _ and -, such as production';

function faultOf({
  environment,
  secret,
  sha256,
  scopes: given = defaultScopes,
}: RelayKey): string | undefined {
  const fault = environmentFault(environment);
  if (fault) return fault;
  if ((secret === undefined) === (sha256 === undefined))
    return 'needs a secret or its sha256, one of the two';
  if (secret !== undefined && !/^[\x21-\x7e]{16,255}$/.test(secret)) {
    return 'has a weak or unprintable secret; use one that `tracklayer key` prints';
  }
  if (sha256 !== undefined && !/^[0-9a-fA-F]{64}$/.test(sha256))
    return 'has a sha256 that is not 64 hex digits';
  const isKnown = Array.isArray(given) && given.every((scope) => scopes.includes(scope));
  return isKnown ? undefined : `has an unknown scope; there are ${scopes.join(', ')}`;
}

import { TrackLayerError } from '@tracklayer/core';

/**
 * A secret as it goes into `Authorization: Bearer …`. One that was copied with `Bearer ` in front is taken without it.
 *
 * @throws TrackLayerError `invalid_options` for a key that no header can carry; the key is not in its message.
 */
export function readKey(key: unknown): string {
  const secret = typeof key === 'string' ? withoutBearer(key.trim()) : '';
  if (/^[\x21-\x7e]+$/.test(secret)) return secret;
  throw new TrackLayerError(
    'invalid_options',
    `key must be the key as it was printed, got ${key === '' ? 'empty text' : typeof key === 'string' ? 'text with spaces or line breaks' : typeof key}`,
  );
}

/** `Bearer secret` and `secret` are the same secret: people copy both from documentation and dashboards. */
export const withoutBearer = (text: string): string => text.replace(/^Bearer +/i, '');

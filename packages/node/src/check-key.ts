import { TrackLayerError } from '@tracklayer/core';

/** @throws TrackLayerError `invalid_options` for a key that no header can carry; the key is not in its message. */
export function checkKey(key: unknown): void {
  if (typeof key === 'string' && /^[\x21-\x7e]+$/.test(key)) return;
  throw new TrackLayerError(
    'invalid_options',
    'key is empty or holds spaces or line breaks; pass it as it was given',
  );
}

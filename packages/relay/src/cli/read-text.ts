import { readFileSync } from 'node:fs';
import { TrackLayerError } from '@tracklayer/core';

/** The text of a file that a flag names. @throws TrackLayerError `invalid_options` with its path. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw new TrackLayerError('invalid_options', `${path} cannot be read${code}`, { cause });
  }
}

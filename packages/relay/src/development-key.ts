import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TrackLayerError } from '@tracklayer/core';
import { generateSecret } from './keys.ts';

const fileName = 'development.key';

/** Where the development key of a database is kept: beside the file, so that a copy of `.env` survives a restart; with a database of a server, in `.tracklayer`. */
export function developmentKeyPath(db: string): string | undefined {
  if (db === ':memory:') return undefined;
  return join(db.includes('://') ? '.tracklayer' : dirname(db), fileName);
}

/**
 * The development key of a database, made when there is none yet. `:memory:` gets another one each time.
 *
 * @throws TrackLayerError `invalid_options` when the file cannot be used.
 */
export function keepDevelopmentKey(db: string): string {
  const path = developmentKeyPath(db);
  if (path === undefined) return generateSecret();
  const kept = readKeyFile(path);
  if (kept !== undefined) return kept;
  const secret = generateSecret();
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    return secret;
  } catch (cause) {
    // Another relay that starts at the same moment was first.
    const other = isCode(cause, 'EEXIST') ? readKeyFile(path) : undefined;
    if (other !== undefined) return other;
    throw new TrackLayerError('invalid_options', `${path} cannot be written; give a key with --key`, {
      cause,
    });
  }
}

/** The key that a file keeps; nothing when there is no such file. */
export function readKeyFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw new TrackLayerError('invalid_options', `${path} cannot be read`, { cause });
  }
  if (/^[\x21-\x7e]{16,255}$/.test(text)) return text;
  throw new TrackLayerError('invalid_options', `${path} does not hold a key; delete it to get a new one`);
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { TrackLayerError } from '@tracklayer/core';

/**
 * Writes a copy of a database that may be in use: all of one moment. Copying the file itself would miss what its WAL
 * holds.
 *
 * @throws TrackLayerError `invalid_options` when there is no database, or the copy exists already.
 */
export function backUp(path: string, copy: string): void {
  if (!existsSync(path)) throw invalid(`there is no ${path}`);
  if (existsSync(copy)) throw invalid(`${copy} exists already; name a new file`);
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    database.prepare('VACUUM INTO ?').run(copy);
  } finally {
    database.close();
  }
}

/**
 * Puts the rows of a copy in place of those of a database, in one transaction; a relay may be running on it.
 *
 * @throws TrackLayerError `invalid_options` when the two have other tables, or the copy is not one of ours.
 */
export function restore(copy: string, path: string): void {
  if (!existsSync(copy)) throw invalid(`there is no ${copy}`);
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    database.prepare('ATTACH ? AS copy').run(copy);
    const version = (schema: string): number =>
      Number(database.prepare(`PRAGMA ${schema}.user_version`).get()?.['user_version']);
    if (version('copy') === 0) throw invalid(`${copy} is not a database of a relay`);
    if (version('copy') !== version('main')) {
      throw invalid(
        `${copy} has schema ${version('copy')}, and ${path} has ${version('main')}; start the relay of this version on each once`,
      );
    }
    const names = database.prepare("SELECT name FROM copy.sqlite_master WHERE type = 'table'").all();
    database.exec('BEGIN IMMEDIATE');
    for (const { name } of names) {
      database.exec(
        `DELETE FROM main.${String(name)}; INSERT INTO main.${String(name)} SELECT * FROM copy.${String(name)}`,
      );
    }
    database.exec('COMMIT');
  } finally {
    // What was not committed is rolled back.
    database.close();
  }
}

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);

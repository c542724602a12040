import { TrackLayerError } from '@tracklayer/core';
import { createSqliteStore } from './sqlite/sqlite.ts';
import type { Store } from './store.ts';

/** Whether `--db` names a database of Postgres rather than a file. */
export const isPostgres = (db: string): boolean => /^postgres(ql)?:\/\//i.test(db);

/**
 * Opens what `--db` names: `postgres://…`, or a file.
 *
 * @throws TrackLayerError `invalid_options` for any other scheme; what the store says.
 */
export async function openStore(db: string): Promise<Store> {
  if (isPostgres(db)) {
    const { createPostgresStore } = await import('./postgres/postgres.ts');
    return createPostgresStore({ url: db });
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(db)?.[1];
  if (scheme !== undefined) {
    throw new TrackLayerError(
      'invalid_options',
      `--db has the unknown scheme ${scheme}; give postgres://user:password@host/database, or the path of a SQLite file`,
    );
  }
  return createSqliteStore({ path: db });
}

/** Names a database for people: an address without user and password. */
export function describeDb(db: string): string {
  if (!isPostgres(db)) return db;
  const { host, pathname } = new URL(db);
  return `postgres://${host}${pathname}`;
}

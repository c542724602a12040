import { TrackLayerError } from '@tracklayer/core';
import { createSqlStore } from './sql/create-store.ts';
import type { Database } from './sql/sql.ts';
import { openSqlite } from './sqlite/sqlite-database.ts';
import type { Store } from './store.ts';

/** Whether `--db` names a database of Postgres rather than a file. */
export const isPostgres = (db: string): boolean => /^postgres(ql)?:\/\//i.test(db);

/**
 * Opens what `--db` names: `postgres://…`, or a file.
 *
 * @throws TrackLayerError `invalid_options` for any other scheme; what the store says.
 */
export async function openStore(db: string): Promise<Store> {
  return createSqlStore(await openDatabase(db));
}

/** Opens the same without a store on it, to copy it as it is. */
export async function openDatabase(db: string): Promise<Database> {
  if (isPostgres(db)) {
    const { connectPostgres } = await import('./postgres/postgres.ts');
    return connectPostgres({ url: db });
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(db)?.[1];
  if (scheme !== undefined) {
    throw new TrackLayerError(
      'invalid_options',
      `--db has the unknown scheme ${scheme}; give postgres://user:password@host/database, or the path of a SQLite file`,
    );
  }
  return openSqlite({ path: db, busyTimeoutMs: 2_000 });
}

/** Names a database for people: an address without user and password. */
export function describeDb(db: string): string {
  if (!isPostgres(db)) return db;
  const { host, pathname } = new URL(db);
  return `postgres://${host}${pathname}`;
}

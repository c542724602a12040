import { checkText } from '../../check-options.ts';
import { createSqlStore } from '../sql/create-store.ts';
import type { Store } from '../store.ts';
import { openSqlite } from './sqlite-database.ts';

export interface SqliteStoreOptions {
  /** The file; folders are made as needed. `:memory:` keeps nothing. */
  path: string;
  /** How long a commit waits for another process that has locked the file, in milliseconds. Default `2_000`. */
  busyTimeoutMs?: number | undefined;
}

/**
 * A {@link Store} in one SQLite file: no service, no install step. WAL with `synchronous=FULL`: what was committed
 * survives `kill -9` and a power cut (docs/wire.md W-36). Several processes may share the file.
 *
 * @throws TrackLayerError `invalid_options` without a path; and when the file cannot be opened, is not a database, or was written by a newer relay.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const { path, busyTimeoutMs = 2_000 } = (options as SqliteStoreOptions | undefined) ?? { path: '' };
  checkText('path', path, 'the path of a file');
  return createSqlStore(openSqlite({ path, busyTimeoutMs }));
}

import type { HeapVisitor } from '../promote-stored.ts';
import type { Row } from './avro-rows.ts';

const maxMigrations = 16;

/** Heap's users and their migrations, in a private temporary database: any number of them, in constant memory. */
export interface People {
  addUsers(rows: AsyncIterable<Row>): Promise<void>;
  addMigrations(rows: AsyncIterable<Row>): Promise<void>;
  /** Who a Heap user is today: `from_user_id` becomes `to_user_id`, as often as it was migrated. */
  find(user_id: string): Pick<HeapVisitor, 'identity' | 'user_id' | 'properties'>;
  close(): void;
}

export function openPeople(): People {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  // No name: SQLite makes a file of its own that is gone when it is closed.
  const database = new DatabaseSync('');
  database.exec(`
    CREATE TABLE users (user_id TEXT PRIMARY KEY, identity TEXT, stamp TEXT) WITHOUT ROWID;
    CREATE TABLE migrations (from_user_id TEXT PRIMARY KEY, to_user_id TEXT) WITHOUT ROWID`);
  const putUser = database.prepare('INSERT OR REPLACE INTO users VALUES (?, ?, ?)');
  const putMigration = database.prepare('INSERT OR REPLACE INTO migrations VALUES (?, ?)');
  const userOf = database.prepare('SELECT identity, stamp FROM users WHERE user_id = ?');
  const migrationOf = database.prepare('SELECT to_user_id FROM migrations WHERE from_user_id = ?');

  async function putAll(rows: AsyncIterable<Row>, put: (row: Row) => void): Promise<void> {
    database.exec('BEGIN');
    for await (const row of rows) put(row);
    database.exec('COMMIT');
  }

  return {
    addUsers: (rows) =>
      putAll(rows, ({ user_id, identity, tracklayer_anonymous_id }) => {
        const id = textOf(user_id);
        if (id) putUser.run(id, textOf(identity) ?? null, textOf(tracklayer_anonymous_id) ?? null);
      }),
    addMigrations: (rows) =>
      putAll(rows, ({ from_user_id, to_user_id }) => {
        const [from, to] = [textOf(from_user_id), textOf(to_user_id)];
        if (from && to) putMigration.run(from, to);
      }),
    find(given) {
      let user_id = given;
      for (let step = 0; step < maxMigrations; step++) {
        const next = textOf(migrationOf.get(user_id)?.['to_user_id']);
        if (!next || next === user_id) break;
        user_id = next;
      }
      const user = userOf.get(user_id);
      const stamp = textOf(user?.['stamp']);
      return {
        user_id,
        identity: textOf(user?.['identity']),
        properties: stamp ? { tracklayer_anonymous_id: stamp } : {},
      };
    },
    close: () => database.close(),
  };
}

/** An id as text, however the column is typed. */
export const textOf = (value: unknown): string | undefined =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;

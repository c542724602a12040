import { createPostgresStore, createSqliteStore, type Store } from '../src/index.ts';
import { tables } from '../src/store/tables.ts';
import { freshPostgres, query } from './postgres.ts';

let isOnPostgres = false;
/** Schemas that a test is done with, empty again: to make the tables takes longer than most tests. */
const free: string[] = [];

/** Tests that run from here on get a store on Postgres, or in memory again. */
export const useStores = (kind: 'SQLite' | 'Postgres'): void => void (isOnPostgres = kind === 'Postgres');

/** A store of its own for one test: in memory, and on Postgres where `on-postgres.test.ts` runs the same tests again. */
export function freshStore(): Store {
  if (!isOnPostgres) return createSqliteStore({ path: ':memory:' });
  const address = Promise.resolve(free.pop() ?? freshPostgres());
  const opening = address.then((url) => createPostgresStore({ url }));
  // Told by whoever calls first.
  opening.catch(() => {});
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await (await opening).close();
    const url = await address;
    await query(
      url,
      tables()
        .map(({ name }) => `DELETE FROM ${name}`)
        .join(';'),
    );
    free.push(url);
  }

  /** A store that answers once it is open, so that tests of both kinds open theirs alike. */
  return new Proxy({} as Store, {
    get:
      (_, name: keyof Store) =>
      async (...args: unknown[]): Promise<unknown> => {
        if (name === 'close') return (closing ??= close());
        return ((await opening)[name] as (...given: unknown[]) => unknown)(...args);
      },
  });
}

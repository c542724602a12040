import { expect, test } from 'vitest';
import { createPostgresStore, createRelay, createSqliteStore, serveRelay } from '../src/index.ts';

// Plain JavaScript has no types that ask for them.
const nothing: readonly never[] = [undefined, null, {}, 'x'] as never[];

test.each(nothing)('a relay that is given %j says which option it needs', async (given) => {
  expect(() => createRelay(given)).toThrow('[invalid_options] `store` must be what createSqliteStore');
  await expect(serveRelay(given)).rejects.toThrow('[invalid_options] `store` must be what createSqliteStore');
});

test('a relay without keys says so', async () => {
  const store = createSqliteStore({ path: ':memory:' });
  expect(() => createRelay({ store } as never)).toThrow('[invalid_options] `keys` must be a list');
  await expect(serveRelay({ store, keys: [] })).rejects.toThrow('[invalid_options] `keys` is empty');
  await store.close();
});

test.each(nothing)('a store that is given %j says what it needs', async (given) => {
  expect(() => createSqliteStore(given)).toThrow('[invalid_options] `path` must be the path of a file');
  await expect(createPostgresStore(given)).rejects.toThrow(
    '[invalid_options] `url` must be a postgres:// URL',
  );
});

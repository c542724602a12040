import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { createPostgresStore, createSqliteStore, type Store } from '../../src/index.ts';
import { paidOrders, signedUp } from '../events.ts';
import { freshPostgres } from '../postgres.ts';
import { capture, identify } from '../store/suite.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function run(...argv: string[]): Promise<{ code: number; text: string }> {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const code = await runCli(argv, { env: {}, print, printError: print, fetch, now: Date.now });
  return { code, text: printed.join('\n') };
}

function kept(store: Store): Store {
  onTestFinished(() => store.close());
  return store;
}

const count = async (store: Store): Promise<number> =>
  (await store.events('production', { limit: 5_000 })).events.length;

test('a backup of a running relay holds all of one moment; the file alone does not', async () => {
  const folder = temporaryFolder();
  const [db, backup, naive] = ['relay.db', 'backup.db', 'naive.db'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const store = kept(createSqliteStore({ path: db }));
  await capture(store, ...paidOrders(100));
  expect(await run('backup', backup, '--db', db)).toMatchObject({ code: 0 });
  copyFileSync(db, naive);
  expect(await count(kept(createSqliteStore({ path: backup })))).toBe(100);
  expect(await count(kept(createSqliteStore({ path: naive })))).toBeLessThan(100);
  expect((await run('backup', backup, '--db', db)).text).toContain('exists already; name a new file');
});

test('a backup is put back while the relay runs, when that is said', async () => {
  const folder = temporaryFolder();
  const [db, backup] = [join(folder, 'relay.db'), join(folder, 'backup.db')];
  const store = kept(createSqliteStore({ path: db }));
  await capture(store, ...paidOrders(3));
  await run('backup', backup, '--db', db);
  await capture(store, ...paidOrders(5));
  expect((await run('restore', backup, '--db', db)).text).toContain('confirm with --yes');
  expect(await count(store)).toBe(5);
  expect(await run('restore', backup, '--db', db, '--yes')).toMatchObject({ code: 0 });
  expect(await count(store)).toBe(3);
  expect((await capture(store, ...paidOrders(5))).map(({ status }) => status)).toEqual([
    'duplicate',
    'duplicate',
    'duplicate',
    'accepted',
    'accepted',
  ]);
});

test('a database is copied from SQLite to Postgres and back, and the counts are compared', async () => {
  const folder = temporaryFolder();
  const [db, back] = [join(folder, 'relay.db'), join(folder, 'back.db')];
  const url = await freshPostgres();
  const source = createSqliteStore({ path: db });
  const orders = paidOrders(2_345);
  for (let first = 0; first < orders.length; first += 500)
    await capture(source, ...orders.slice(first, first + 500));
  await identify(source, signedUp());
  await source.close();
  // As if it had been cut off: some rows are there already.
  const target = await createPostgresStore({ url });
  await capture(target, ...orders.slice(0, 10));
  await target.close();
  const there = await run('copy', '--from', db, '--to', url);
  expect(there.text).toContain('✓ events       2345 rows, 2345 in postgres://127.0.0.1:');
  expect(await run('copy', '--from', url, '--to', back)).toMatchObject({ code: 0 });
  const copied = kept(createSqliteStore({ path: back }));
  expect(await count(copied)).toBe(2_345);
  expect(await copied.traits('production', 'cust_2048')).toEqual({ country: 'DE', plan: 'pro' });
  expect(await copied.links('production', 'anon_91b2')).toHaveLength(1);
});

test('a database of Postgres is backed up by its own tools, and none is named with its password', async () => {
  const answer = await run('backup', '/tmp/never.db', '--db', 'postgres://tl:hunter2@db/tl');
  expect(answer).toEqual({ code: 3, text: expect.stringContaining('use pg_dump') as string });
  expect(answer.text).not.toContain('hunter2');
});

test('an unknown scheme is not a file', async () => {
  for (const args of [
    ['serve', '--db', 'mysql://root:hunter2@db/tl', '--port', '0'],
    ['copy', '--from', 'mysql://root:hunter2@db/tl', '--to', 'x.db'],
  ]) {
    const answer = await run(...args);
    expect(answer).toEqual({ code: 3, text: expect.stringContaining('unknown scheme mysql') as string });
    expect(answer.text).not.toContain('hunter2');
  }
});

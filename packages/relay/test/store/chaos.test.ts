import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPostgresStore, createSqliteStore, type Store } from '../../src/index.ts';
import { paidOrders } from '../events.ts';
import { freshPostgres } from '../postgres.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { capture } from './suite.ts';

const kills = Number(process.env['TRACKLAYER_CHAOS_KILLS'] ?? 5);

/** A process that captures orders into a database and says which ones were accepted. */
function writer(db: string, first: number): ChildProcess {
  return fork(join(import.meta.dirname, 'writing-process.ts'), [db, String(first)], {
    execArgv: ['--conditions=@tracklayer/source', '--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

test.each([
  [
    'SQLite',
    async () => join(temporaryFolder(), 'relay.db'),
    (db: string): Promise<Store> | Store => createSqliteStore({ path: db }),
  ],
  ['Postgres', freshPostgres, (db: string) => createPostgresStore({ url: db })],
])(
  'W-36 kill -9 at any moment, %s: nothing accepted is missing, and nothing counts twice',
  async (_, make, open) => {
    const db = await make();
    const accepted = new Map<string, number>();
    for (let kill = 0; kill < kills; kill++) {
      // Each starts again in the middle of what the one before had done.
      const child = writer(db, kill * 40);
      const [ready] = (await once(child, 'message')) as [string[]];
      for (const id of ready) accepted.set(id, (accepted.get(id) ?? 0) + 1);
      child.on('message', (ids: string[]) => {
        for (const id of ids) accepted.set(id, (accepted.get(id) ?? 0) + 1);
      });
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 80));
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    expect(accepted.size).toBeGreaterThan(0);
    expect([...accepted.values()].filter((times) => times > 1)).toEqual([]);
    const store = await open(db);
    const found = await store.eventsById('production', [...accepted.keys()]);
    expect(found).toHaveLength(accepted.size);
    const again = await capture(store, ...paidOrders(500));
    expect(again).toHaveLength(500);
    await store.close();
  },
);

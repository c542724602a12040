// A large audience: `node --conditions=@tracklayer/source bench/audiences.ts [members]`.
// One audience of so many members (1,000,000), on SQLite and on Postgres: a delta of 10,000, a full list of all that is
// compared, with a tenth of its members changed, and how long ingest waits meanwhile (the longest of its commits).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresStore, createSqliteStore, type MembersPage, type Store } from '@tracklayer/relay';
import { startPostgres } from '../tools/postgres.ts';

const members = Number(process.argv[2] ?? 1_000_000);
const pageSize = 10_000;
const base = { environment: 'production', audience: 'big', source: 'bench', to: ['meta'], traitsAt: [] };

async function fullList(store: Store, sync_id: string, from: number, received_at: number): Promise<number> {
  const total_pages = Math.ceil(members / pageSize);
  const started = performance.now();
  for (let page = 1; page <= total_pages; page++) {
    const first = from + (page - 1) * pageSize;
    const add = Array.from({ length: pageSize }, (_, place) => `u:cust_${first + place}`);
    const said: MembersPage = {
      ...base,
      sync_id,
      mode: 'full',
      page,
      total_pages,
      add,
      remove: [],
      received_at,
    };
    await store.addMembers(said);
  }
  while (await store.applySync({ ...base, sync_id, now: received_at }));
  return performance.now() - started;
}

async function delta(store: Store, round: number): Promise<number> {
  const at = Date.now() + round * 60_000;
  const add = Array.from({ length: pageSize / 2 }, (_, place) => `u:new_${round}_${place}`);
  const remove = Array.from({ length: pageSize / 2 }, (_, place) => `u:cust_${round * pageSize + place}`);
  const started = performance.now();
  await store.addMembers({
    ...base,
    sync_id: `delta_${round}`,
    mode: 'delta',
    page: 1,
    total_pages: 1,
    add,
    remove,
    received_at: at,
  });
  return performance.now() - started;
}

/** Captures one event after the other until it is stopped. @returns commits a second, and the longest in ms. */
function ingest(store: Store) {
  const stopping = new AbortController();
  let [count, longest] = [0, 0];
  const started = performance.now();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const event_id = `evt_${crypto.randomUUID()}`;
      const began = performance.now();
      const occurred_at = new Date().toISOString();
      await store.capture({
        environment: 'production',
        received_at: Date.now(),
        messages: [
          { event: { event: 'login', event_id, user_id: 'cust_1', occurred_at }, key_properties: [] },
        ],
      });
      longest = Math.max(longest, performance.now() - began);
      count++;
    }
  })();
  return async () => {
    stopping.abort();
    await running;
    return { perSecond: (count / (performance.now() - started)) * 1_000, longest };
  };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

async function measure(name: string, open: () => Store | Promise<Store>): Promise<void> {
  const store = await open();
  const before = process.memoryUsage().rss;
  const filled = await fullList(store, 'first', 0, Date.now());
  const deltas: number[] = [];
  for (let round = 1; round <= 5; round++) deltas.push(await delta(store, round));
  const alone = ingest(store);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const quiet = await alone();
  const beside = ingest(store);
  const compared = await fullList(store, 'second', members / 10, Date.now() + 3_600_000);
  const busy = await beside();
  const size = (await store.audience('production', 'big'))?.size;
  if (size !== members) throw new Error(`${name}: ${size} members, not ${members}`);
  const rss = (process.memoryUsage().rss - before) / 1e6;
  console.log(
    `| ${name} | ${seconds(filled)} | ${seconds(median(deltas))} | ${seconds(compared)} | ${rss.toFixed(0)} MB | ${quiet.perSecond.toFixed(0)} → ${busy.perSecond.toFixed(0)} /s, longest ${busy.longest.toFixed(0)} ms |`,
  );
  await store.close();
}

console.log(`${members} members, pages of ${pageSize}`);
console.log(
  '| store | first full list | delta of 10,000 | full list compared, 10 % changed | RSS | ingest alone → meanwhile |',
);
console.log('| --- | --- | --- | --- | --- | --- |');
const folder = mkdtempSync(join(tmpdir(), 'tracklayer-audiences-'));
try {
  await measure('SQLite', () => createSqliteStore({ path: join(folder, 'relay.db') }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const postgres = await startPostgres();
try {
  await measure('Postgres', () => createPostgresStore({ url: postgres.url }));
} finally {
  await postgres.stop();
}

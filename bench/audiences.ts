// A large audience: `node --conditions=@tracklayer/source bench/audiences.ts [members]`.
// One audience of so many members (1,000,000), on SQLite and on Postgres: a delta of 10,000, a full list of all that is
// compared, with a tenth of its members changed, and how long ingest waits meanwhile (the longest of its answers).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPostgresStore,
  createRelay,
  createSqliteStore,
  type Relay,
  type Store,
} from '@tracklayer/relay';
import { startPostgres } from '../tools/postgres.ts';

const members = Number(process.argv[2] ?? 1_000_000);
const pageSize = 10_000;
const key = 'tlk_bench_0123456789abcdef';

/** Calls the relay as an app does, without the network. */
async function call(relay: Relay, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await relay.fetch(
    new Request(`http://relay.test${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }),
  );
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}

async function fullList(relay: Relay, sync_id: string, from: number): Promise<number> {
  const total_pages = Math.ceil(members / pageSize);
  const started = performance.now();
  for (let page = 1; page <= total_pages; page++) {
    const first = from + (page - 1) * pageSize;
    const add = Array.from({ length: pageSize }, (_, place) => ({ user_id: `cust_${first + place}` }));
    await call(relay, '/api/audiences/big/members', { sync_id, mode: 'full', page, total_pages, add });
  }
  for (;;) {
    const { sync } = (await call(relay, '/api/audiences/big')) as {
      sync: { sync_id: string; state: string };
    };
    if (sync.sync_id === sync_id && sync.state === 'done') return performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function delta(relay: Relay, round: number): Promise<number> {
  const add = Array.from({ length: pageSize / 2 }, (_, place) => ({ user_id: `new_${round}_${place}` }));
  const remove = Array.from({ length: pageSize / 2 }, (_, place) => ({
    user_id: `cust_${round * pageSize + place}`,
  }));
  const started = performance.now();
  await call(relay, '/api/audiences/big/members', { sync_id: `delta_${round}`, add, remove });
  return performance.now() - started;
}

/** Captures one event after the other until it is stopped. @returns answers per second, and the longest in ms. */
function ingest(relay: Relay) {
  const stopping = new AbortController();
  let [count, longest] = [0, 0];
  const started = performance.now();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const began = performance.now();
      const event_id = `evt_${crypto.randomUUID()}`;
      await call(relay, '/api/capture', { event: 'login', event_id, user_id: 'cust_1' });
      longest = Math.max(longest, performance.now() - began);
      count++;
      // As a socket would, so that the loop has its turns.
      await new Promise((resolve) => setImmediate(resolve));
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
  const relay = createRelay({
    store: await open(),
    keys: [
      {
        environment: 'production',
        secret: key,
        scopes: ['events:write', 'events:read', 'audiences:write'],
      },
    ],
  });
  const before = process.memoryUsage().rss;
  const filled = await fullList(relay, 'first', 0);
  const deltas: number[] = [];
  for (let round = 1; round <= 5; round++) deltas.push(await delta(relay, round));
  const compared = await fullList(relay, 'second', members / 10);
  const alone = ingest(relay);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const quiet = await alone();
  const beside = ingest(relay);
  const besides = await fullList(relay, 'third', 0);
  const busy = await beside();
  const { size } = await call(relay, '/api/audiences/big');
  if (size !== members) throw new Error(`${name}: ${String(size)} members, not ${members}`);
  const rss = (process.memoryUsage().rss - before) / 1e6;
  console.log(
    `| ${name} | ${seconds(filled)} | ${seconds(median(deltas))} | ${seconds(compared)} | ${seconds(besides)} | ${rss.toFixed(0)} MB | ${quiet.perSecond.toFixed(0)} → ${busy.perSecond.toFixed(0)} /s, longest ${busy.longest.toFixed(0)} ms |`,
  );
  await relay.close();
}

console.log(`${members} members, pages of ${pageSize}`);
console.log(
  '| store | first full list | delta of 10,000 | full list compared, 10 % changed | the same beside ingest | RSS | ingest alone → meanwhile |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
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

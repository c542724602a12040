// Rows that are taken and settled per second: `node --conditions=@tracklayer/source bench/leases.ts [rows]`.
// As many due rows as persons times ten, in batches of 500, by one worker and by four, on SQLite and on Postgres. Each
// worker is a store of its own, as each relay has one. Checked besides: no person is ever out twice.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresStore, createSqliteStore, type Store } from '@tracklayer/relay';
import { startPostgres } from '../tools/postgres.ts';

const rows = Number(process.argv[2] ?? 50_000);
const persons = rows / 10;
const batch = 500;
const queue = 'production/meta';

async function plan(store: Store): Promise<void> {
  const due_at = Date.now() - 1_000;
  for (let first = 0; first < rows; first += 500) {
    await store.capture({
      environment: 'production',
      received_at: due_at,
      messages: Array.from({ length: Math.min(500, rows - first) }, (_, place) => {
        const order_id = `ord_${first + place}`;
        return {
          event: {
            event: 'purchase',
            event_id: `${order_id}_purchase`,
            user_id: `cust_${(first + place) % persons}`,
            properties: { order_id, value: 129.95, currency: 'EUR' },
            occurred_at: new Date(due_at).toISOString(),
          },
          key_properties: ['order_id'],
          deliveries: [{ destination: 'meta', due_at: due_at + Math.floor((first + place) / 100) }],
        };
      }),
    });
  }
}

interface Drained {
  seconds: number;
  settled: number;
  outTwice: number;
}

async function drain(stores: readonly Store[]): Promise<Drained> {
  const out = new Set<string>();
  let [settled, outTwice] = [0, 0];
  const started = performance.now();
  await Promise.all(
    stores.map(async (store) => {
      for (;;) {
        const lease = crypto.randomUUID();
        const taken = await store.takeDeliveries({ queue, lease, now: Date.now(), limit: batch });
        if (taken.rows.length === 0) {
          if (settled >= rows || taken.next_due_at === undefined) return;
          await new Promise((resolve) => setTimeout(resolve, 2));
          continue;
        }
        const mine = new Set(taken.rows.map(({ person }) => person ?? ''));
        for (const person of mine) if (out.has(person)) outTwice++;
        for (const person of mine) out.add(person);
        // The answer of a platform.
        await new Promise((resolve) => setImmediate(resolve));
        for (const person of mine) out.delete(person);
        const final = await store.settleDeliveries({
          queue,
          lease,
          now: Date.now(),
          settled: taken.rows.map(({ environment, event_id, destination }) => ({
            environment,
            event_id,
            destination,
            status: 'accepted',
          })),
        });
        settled += final;
      }
    }),
  );
  return { seconds: (performance.now() - started) / 1_000, settled, outTwice };
}

const folder = mkdtempSync(join(tmpdir(), 'tracklayer-leases-'));
const postgres = await startPostgres();
const openers: Record<string, (name: string) => Promise<Store>> = {
  sqlite: async (name) => createSqliteStore({ path: join(folder, `${name}.db`) }),
  postgres: async (name) => {
    const url = new URL(postgres.url);
    url.searchParams.set('options', `-c search_path=${name}`);
    return createPostgresStore({ url: url.href });
  },
};
const { Client } = await import('pg');
for (const [kind, open] of Object.entries(openers)) {
  for (const workers of [1, 4]) {
    const name = `leases_${workers}`;
    if (kind === 'postgres') {
      const client = new Client({ connectionString: postgres.url });
      await client.connect();
      await client.query(`CREATE SCHEMA ${name}`);
      await client.end();
    }
    const stores = [await open(name)];
    for (let more = 1; more < workers; more++) stores.push(await open(name));
    await plan(stores[0] as Store);
    const { seconds, settled, outTwice } = await drain(stores);
    const rate = Math.round(settled / seconds).toLocaleString('en');
    console.log(
      `${kind.padEnd(9)} ${workers} worker(s): ${rate} rows/s, ${settled} settled, persons out twice: ${outTwice}`,
    );
    if (settled !== rows || outTwice > 0) process.exitCode = 1;
    for (const store of stores) await store.close();
  }
}
await postgres.stop();
rmSync(folder, { recursive: true });

// Events per second on Postgres: `node --conditions=@tracklayer/source bench/relay-postgres.ts [seconds]`.
// The store against the same statements bare: a transaction that inserts the same rows by `unnest` and nothing more. In
// batches of 100 with three pending deliveries each, and one event per request with 32 at a time, where waiting requests
// share a transaction; besides, the same with one transaction each. In turn, medians of rounds.
import { Client, Pool } from 'pg';
import { createPostgresStore, type ReceivedEvent, type Store } from '@tracklayer/relay';
import { startPostgres } from '../tools/postgres.ts';

const rounds = 5;
const seconds = Number(process.argv[2] ?? 3);
const destinations = ['meta', 'ga4', 'linkedin'];

let made = 0;
function orders(
  count: number,
  deliveries: readonly string[],
): (ReceivedEvent & { event: { user_id: string } })[] {
  const now = Date.now();
  return Array.from({ length: count }, () => {
    const order_id = `ord_${made++}`;
    return {
      event: {
        event: 'purchase',
        event_id: `${order_id}_purchase`,
        user_id: `cust_${made}`,
        properties: { order_id, value: 129.95, currency: 'EUR', items: [{ item_id: 'sku_1', quantity: 2 }] },
        source: 'server',
        occurred_at: new Date(now).toISOString(),
      },
      key_properties: ['order_id'],
      deliveries: deliveries.map((destination) => ({ destination, due_at: now + 5_000 })),
    };
  });
}

const capture = (store: Store, messages: readonly ReceivedEvent[]) =>
  store.capture({ environment: 'production', received_at: Date.now(), messages });

async function bare(pool: Pool, messages: ReturnType<typeof orders>): Promise<void> {
  const client = await pool.connect();
  const at = Date.now();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO events (environment, event_id, event, person, status, body, received_at)
       SELECT 'production', id, event, person, 'accepted', body, $5::bigint
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS input(id, event, person, body)
       ON CONFLICT DO NOTHING RETURNING event_id`,
      [
        messages.map(({ event }) => event.event_id),
        messages.map(({ event }) => event.event),
        messages.map(({ event }) => `u:${event.user_id}`),
        messages.map(({ event }) => JSON.stringify(event)),
        at,
      ],
    );
    const planned = messages.flatMap(({ event, deliveries = [] }) =>
      deliveries.map(({ destination, due_at }) => ({ ...event, destination, due_at })),
    );
    if (planned.length > 0) {
      await client.query(
        `INSERT INTO deliveries
           (environment, event_id, destination, queue, person, status, planned_at, due_at, changed_at)
         SELECT 'production', id, destination, 'production/' || destination, person, 'pending', $5::bigint, due, $5::bigint
         FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS input(id, destination, person, due)
         ON CONFLICT DO NOTHING`,
        [
          planned.map(({ event_id }) => event_id),
          planned.map(({ destination }) => destination),
          planned.map(({ user_id }) => `u:${user_id}`),
          planned.map(({ due_at }) => due_at),
          at,
        ],
      );
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

/** Events per second of work that is done `atOnce` times at a time. */
async function rate(atOnce: number, each: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  const until = started + seconds * 1_000;
  let events = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() < until) {
        await work();
        events += each;
      }
    }),
  );
  return (events / (performance.now() - started)) * 1_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const postgres = await startPostgres({ settings: ['shared_buffers=256MB', 'max_wal_size=4GB'] });
const setUp = new Client({ connectionString: postgres.url });
await setUp.connect();
await setUp.query('CREATE SCHEMA bare');
await setUp.end();
const bareUrl = new URL(postgres.url);
bareUrl.searchParams.set('options', '-c search_path=bare');
const store = await createPostgresStore({ url: postgres.url });
await (await createPostgresStore({ url: bareUrl.href })).close();
const pool = new Pool({ connectionString: bareUrl.href, max: 32 });
const two = new Pool({ connectionString: bareUrl.href, max: 2 });
// The server goes before the last connection has heard that it is not needed any more.
for (const connections of [pool, two]) connections.on('error', () => {});

const contests = {
  'batches of 100, three deliveries each': {
    relay: () => rate(4, 100, () => capture(store, orders(100, destinations))),
    bare: () => rate(2, 100, () => bare(two, orders(100, destinations))),
  },
  'one per request, 32 at a time': {
    relay: () => rate(32, 1, () => capture(store, orders(1, []))),
    bare: () => rate(32, 1, () => bare(pool, orders(1, []))),
  },
};
for (const [name, { relay, bare: floor }] of Object.entries(contests)) {
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const [mine, least] = [await relay(), await floor()];
    if (round < 0) continue;
    rates.push(mine);
    ratios.push(mine / least);
  }
  console.log(
    `${name}: ${Math.round(median(rates)).toLocaleString('en')} events/s, ${median(ratios).toFixed(2)} × bare`,
  );
}
await Promise.all([pool.end(), two.end(), store.close()]);
await postgres.stop();

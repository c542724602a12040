import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createPostgresStore, type Store } from '../../src/index.ts';
import { migrations } from '../../src/store/postgres/schema.ts';
import { paidOrder, paidOrders, signedUp } from '../events.ts';
import { freshPostgres, query } from '../postgres.ts';
import { testStore } from './store-suite.ts';
import { capture, identify } from './suite.ts';

testStore('postgres', async () => createPostgresStore({ url: await freshPostgres() }));

async function open(url: string, options: object = {}): Promise<Store> {
  const store = await createPostgresStore({ url, ...options });
  onTestFinished(() => store.close());
  return store;
}

test('W-4 a hundred copies of one event through three relays are accepted once', async () => {
  const url = await freshPostgres();
  const relays = await Promise.all([open(url), open(url), open(url)]);
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, place) => capture(relays[place % 3] as Store, paidOrder())),
  );
  expect(outcomes.flat().filter(({ status }) => status === 'accepted')).toHaveLength(1);
  const record = await relays[0].event('production', 'ord_10492_purchase');
  expect(record).toMatchObject({ copies: 100, conflicts: 0 });
  expect((await relays[1].shapes('production', 'purchase')).map(({ copies }) => copies)).toEqual([100]);
});

test('W-4 batches that share events in another order do not wait for each other for ever', async () => {
  const url = await freshPostgres();
  const [one, other] = await Promise.all([open(url), open(url)]);
  const orders = paidOrders(200);
  await Promise.all([
    ...Array.from({ length: 4 }, () => capture(one, ...orders)),
    ...Array.from({ length: 4 }, () => capture(other, ...orders.toReversed())),
  ]);
  const records = await one.eventsById(
    'production',
    orders.map(({ event_id }) => event_id),
  );
  expect(records.map(({ copies }) => copies)).toEqual(Array(200).fill(8));
});

test('W-19 two relays that link one anonymous id at once leave one link open', async () => {
  const url = await freshPostgres();
  const relays = await Promise.all([open(url), open(url)]);
  await Promise.all(
    Array.from({ length: 40 }, (_, place) =>
      identify(
        relays[place % 2] as Store,
        signedUp({ user_id: `cust_${place}`, occurred_at: new Date(1.76e12 + place).toISOString() }),
      ),
    ),
  );
  const links = await relays[0].links('production', 'anon_91b2');
  expect(links).toHaveLength(40);
  expect(links.filter(({ closed_at }) => closed_at === null)).toMatchObject([{ user_id: 'cust_39' }]);
  expect(links.slice(0, -1).map(({ closed_at }) => closed_at)).toEqual(
    links.slice(1).map(({ linked_at }) => linked_at),
  );
});

test('relays that start at once on an empty database make its tables once', async () => {
  const url = await freshPostgres();
  const relays = await Promise.all(Array.from({ length: 6 }, () => open(url)));
  expect(await query(url, 'SELECT count(*)::int AS versions FROM schema_versions')).toEqual([
    { versions: migrations.length },
  ]);
  await Promise.all(relays.map((relay) => relay.check()));
});

test('a database of a newer relay is refused', async () => {
  const url = await freshPostgres();
  await open(url);
  await query(url, 'INSERT INTO schema_versions (version) VALUES (99)');
  await expect(createPostgresStore({ url })).rejects.toThrow('written by a newer relay (schema 99)');
});

test('a database that cannot be used is named without its password', async () => {
  const url = new URL(await freshPostgres());
  await query(url.href, "CREATE ROLE reader LOGIN PASSWORD 'hunter2'");
  const attempts = [
    [
      'postgres://tracklayer:hunter2@127.0.0.1:1/tracklayer',
      /127\.0\.0\.1:1\/tracklayer cannot be used: .*ECONNREFUSED/,
    ],
    [url.href.replace('/postgres?', '/nowhere?'), /database "nowhere" does not exist/],
    [url.href.replace('tracklayer@', 'reader:hunter2@'), /permission denied|no schema has been selected/],
    ['postgres://tracklayer:hunter2@', /must be a URL such as/],
    ['mysql://root:hunter2@localhost/db', /must be a URL such as/],
  ] as const;
  for (const [given, message] of attempts) {
    const error: unknown = await createPostgresStore({ url: given }).catch((cause: unknown) => cause);
    expect(String(error)).toMatch(message);
    expect(JSON.stringify([String(error), error, (error as Error).cause])).not.toContain('hunter2');
  }
});

test('W-36 a connection that is cut rejects what it carried, and the next is made anew', async () => {
  const url = new URL(await freshPostgres());
  const port = Number(url.port);
  const sockets = new Set<{ destroy(): void }>();
  // A road to the database that can be closed.
  const road = createServer((from) => {
    const to = connect(port, url.hostname);
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    from.pipe(to).pipe(from);
  }).listen(0, '127.0.0.1');
  await once(road, 'listening');
  onTestFinished(() => void road.close());
  url.port = String((road.address() as AddressInfo).port);
  const store = await open(url.href);

  const begun = capture(store, ...paidOrders(200));
  await new Promise((resolve) => setImmediate(resolve));
  for (const socket of sockets) socket.destroy();
  const [outcome] = await Promise.allSettled([begun]);
  const again = await capture(store, ...paidOrders(200));
  // Whether the cut came before the commit or after it: nothing is lost, and nothing counts twice.
  const isNew = outcome.status === 'rejected' && again.every(({ status }) => status === 'accepted');
  expect(isNew || again.every(({ status }) => status === 'duplicate')).toBe(true);
  await store.check();
});

test('P-4 a page of events is read by an index in the order of arrival, whatever it is filtered by', async () => {
  const url = await freshPostgres();
  await open(url);
  const plan = async (filter: string): Promise<string> => {
    const client = `SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off;
      EXPLAIN SELECT * FROM events WHERE environment = 'production' AND ${filter} (received_at, event_id) < (1, 'a')
      ORDER BY received_at DESC, event_id DESC LIMIT 10`;
    return JSON.stringify(await query(url, client));
  };
  expect(await plan('')).toContain('events_by_time');
  expect(await plan("event = 'purchase' AND")).toContain('events_by_name');
  expect(await plan("person = 'u:cust_2048' AND")).toContain('events_of_person');
  expect(await plan("status = 'rejected' AND")).toContain('events_rejected');
});

test('the tables that docs/scale.md spreads hold its column in every unique index', async () => {
  const url = await freshPostgres();
  await open(url);
  const indexes = await query(
    url,
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE 'CREATE UNIQUE%'",
  );
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/scale.md'), 'utf8');
  const columns = Object.fromEntries(
    [...page.matchAll(/create_distributed_table\('(\w+)', '(\w+)'/g)].map(([, table, column]) => [
      table,
      column,
    ]),
  );
  expect(Object.keys(columns)).toContain('events');
  const spread = indexes.filter(({ tablename }) => Object.hasOwn(columns, String(tablename)));
  expect(new Set(spread.map(({ tablename }) => tablename))).toEqual(new Set(Object.keys(columns)));
  expect(
    spread.filter(({ tablename, indexdef }) => !String(indexdef).includes(columns[String(tablename)] ?? '?')),
  ).toEqual([]);
});

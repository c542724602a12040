import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSqliteStore } from '../../src/index.ts';
import { paidOrder } from '../events.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { testStore } from './store-suite.ts';

testStore('memory', () => createSqliteStore({ path: ':memory:' }));
testStore('file', () => createSqliteStore({ path: join(temporaryFolder(), 'made', 'relay.db') }));

const delivery = {
  environment: 'production',
  received_at: Date.parse('2026-11-23T10:15:31.000Z'),
  messages: [
    {
      event: { ...paidOrder(), occurred_at: '2026-11-23T10:15:30.123Z' },
      key_properties: ['order_id'],
    },
  ],
};

test('events outlive the process that wrote them', async () => {
  const path = join(temporaryFolder(), 'relay.db');
  const first = createSqliteStore({ path });
  await first.capture(delivery);
  await first.close();
  const second = createSqliteStore({ path });
  expect(await second.capture(delivery)).toEqual([{ status: 'duplicate', conflicts: [] }]);
  await second.close();
});

test('the audiences of a person are found without a look through all members', async () => {
  const path = join(temporaryFolder(), 'relay.db');
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  onTestFinished(() => prepare.mockRestore());
  const store = createSqliteStore({ path });
  onTestFinished(() => store.close());
  prepare.mockClear();
  const page = { sync_id: 's', source: 'api', mode: 'delta', page: 1, total_pages: 1, remove: [] } as const;
  const place = { environment: 'production', audience: 'vip', to: [], traitsAt: [], received_at: 1 };
  await store.addMembers({ ...page, ...place, add: ['u:cust_1', 'acc:acme'] });
  await store.audiencesOf('production', ['u:cust_1', 'u:cust_2']);
  const texts = prepare.mock.calls.map(([text]) => text).filter((text) => /^\s*SELECT/.test(text));
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  const plans = texts.flatMap((text) => database.prepare(`EXPLAIN QUERY PLAN ${text}`).all());
  const steps = plans
    .map(({ detail }) => String(detail))
    .filter((step) => /\b(members|account_users)\b/.test(step));
  expect(steps.length).toBeGreaterThan(1);
  // By the environment alone, or by nothing, is all of them.
  expect(steps.filter((step) => /^SCAN|\(environment=\?\)/.test(step))).toEqual([]);
});

test('two stores on one file agree on what is a duplicate', async () => {
  const path = join(temporaryFolder(), 'relay.db');
  const [one, other] = [createSqliteStore({ path }), createSqliteStore({ path })];
  const outcomes = await Promise.all([one.capture(delivery), other.capture(delivery)]);
  expect(outcomes.flat().map(({ status }) => status)).toEqual(['accepted', 'duplicate']);
  await Promise.all([one.close(), other.close()]);
});

test('only its owner can read the file', async () => {
  const path = join(temporaryFolder(), 'relay.db');
  const store = createSqliteStore({ path });
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(statSync(`${path}-wal`).mode & 0o077).toBe(0);
  await store.close();
});

test('W-35 a check fails while another process holds the file, and later goes through', async () => {
  const path = join(temporaryFolder(), 'relay.db');
  const store = createSqliteStore({ path, busyTimeoutMs: 0 });
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const [check, capture] = await Promise.allSettled([store.check(), store.capture(delivery)]);
  expect([check.status, capture.status]).toEqual(['rejected', 'rejected']);
  other.exec('ROLLBACK');
  await store.check();
  expect(await store.capture(delivery)).toEqual([{ status: 'accepted', conflicts: [] }]);
  other.close();
  await store.close();
});

test('a relay starts while another one writes to its file', async () => {
  const path = join(temporaryFolder(), 'relay.db');
  await createSqliteStore({ path }).close();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const store = createSqliteStore({ path, busyTimeoutMs: 0 });
  other.exec('ROLLBACK');
  other.close();
  expect(await store.capture(delivery)).toEqual([{ status: 'accepted', conflicts: [] }]);
  await store.close();
});

test('a file that is not a database, or of a newer relay, is refused', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'notes.txt'), 'a shopping list, and certainly not a database file'.repeat(40));
  expect(() => createSqliteStore({ path: join(folder, 'notes.txt') })).toThrow('not a database');
  const newer = new DatabaseSync(join(folder, 'newer.db'));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect(() => createSqliteStore({ path: join(folder, 'newer.db') })).toThrow('newer relay (schema 99)');
});

test.each([
  ['all', {}, 'events_by_time'],
  ['of one name', { event: 'purchase' }, 'events_by_name'],
  ['of one person', { user_id: 'cust_2048' }, 'events_of_person'],
  ['rejected', { status: 'rejected' as const }, 'events_rejected'],
])('P-4 a page of events, %s, is read by an index in the order of arrival', async (_, query, index) => {
  const path = join(temporaryFolder(), 'relay.db');
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  onTestFinished(() => prepare.mockRestore());
  const store = createSqliteStore({ path });
  await store.events('production', { limit: 10, ...query });
  const sql = prepare.mock.lastCall?.[0] ?? '';
  await store.close();
  const database = new DatabaseSync(path);
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...[...sql.matchAll(/\?\d/g)].map(() => 1));
  database.close();
  expect(plan).toMatchObject([{ detail: expect.stringContaining(`USING INDEX ${index} `) }]);
});

test.each([
  [
    'old reports',
    'SELECT idempotency_key FROM reports WHERE environment = ? AND received_at < ? ORDER BY received_at LIMIT 200',
    'reports_by_time',
  ],
  [
    "an event's shapes",
    'SELECT * FROM shapes WHERE environment = ? AND event = ? ORDER BY day',
    'shapes_of_event',
  ],
])('P-4 %s are found without reading all of them', async (_, sql, index) => {
  const path = join(temporaryFolder(), 'relay.db');
  await createSqliteStore({ path }).close();
  const database = new DatabaseSync(path);
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all('production', 0);
  database.close();
  expect(plan).toMatchObject([{ detail: expect.stringContaining(index) }]);
});

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeDump } from '../../../node/test/heap/dump-folder.ts';
import { progressLine } from '../../src/cli/heap/import-progress.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { createSqliteStore, serveRelay } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const key = 'tlk_test_0123456789abcdef';
const now = Date.UTC(2026, 10, 23);
const day = 86_400_000;

const order = (place: number, more: object = {}) => ({
  event_id: 9_000 + place,
  user_id: 12,
  session_id: 5,
  time: (now - 3_600_000) * 1_000,
  order_id: `ord_${place}`,
  total: '129.95',
  currency: 'EUR',
  ...more,
});
const orders = (count: number) => Array.from({ length: count }, (_, place) => order(place));

const entries = [
  {
    source: 'heap',
    source_event: 'Order Completed',
    canonical_event: 'purchase',
    status: 'approved',
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  },
  { source: 'heap', source_event: 'Searched', canonical_event: 'search', status: 'draft' },
  { source: 'heap', source_event: 'Signed Up', canonical_event: 'sign_up', status: 'approved' },
];

/** A dump on disk, a registry file, and a relay on a port. */
async function setUp(tables: Parameters<typeof writeDump>[1]) {
  const folder = temporaryFolder();
  const dump = await writeDump(1, tables, { folder: join(folder, 'dump') });
  const registry = join(folder, 'registry.json');
  writeFileSync(registry, JSON.stringify({ entries }));
  const store = createSqliteStore({ path: join(folder, 'relay.db') });
  const scopes = ['events:write', 'events:read'] as const;
  const relay = await serveRelay({
    store,
    keys: [{ environment: 'production', secret: key, scopes }],
    port: 0,
  });
  onTestFinished(() => relay.close());
  const run = async (flags: string[], env: Record<string, string> = {}) => {
    const printed: string[] = [];
    const told: string[] = [];
    const code = await runCli(['heap', 'import', dump, '--registry', registry, ...flags], {
      env,
      print: (text) => void printed.push(text),
      printError: (text) => void told.push(text),
      fetch: (request) => fetch(request),
      now: () => now,
    });
    return { code, text: printed.join('\n'), told: told.join('\n') };
  };
  const send = (...flags: string[]) => run(flags, { TRACKLAYER_URL: relay.url, TRACKLAYER_KEY: key });
  const stored = async () => {
    const answer = await fetch(`${relay.url}/api/events?limit=100`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { events } = (await answer.json()) as { events: { event: { event_id: string } }[] };
    return events.map(({ event }) => event.event_id).toSorted();
  };
  return { folder, dump, run, send, stored };
}

const mixed = {
  order_completed: {
    rows: [
      ...orders(4),
      order(4, { total: null }),
      order(5, { total: null, currency: null }),
      order(6, { time: (now - 8 * day) * 1_000 }),
    ],
  },
  searched: { rows: [order(7)] },
  users: { rows: [{ user_id: 12, identity: 'cust_2048' }] },
};

test('a dry run needs no relay, sends nothing, and says what would be sent and why the rest would not', async () => {
  const { run, stored, folder } = await setUp(mixed);
  const checkpoint = join(folder, 'import.json');
  expect(await run(['--dry-run', '--checkpoint', checkpoint])).toEqual({
    code: 0,
    told: '',
    text: [
      'Order Completed → purchase',
      '  4 would be sent: ord_0_purchase, ord_1_purchase, ord_2_purchase, …',
      '  2 lack a property: value 2 times, currency 1 times',
      '  1 older than --max-age',
      'Searched → search',
      '  1 not approved, or deprecated and expired',
      'Signed Up → sign_up',
      '  no rows',
    ].join('\n'),
  });
  expect(await stored()).toEqual([]);
  expect(existsSync(checkpoint)).toBe(false);
});

test('--max-age takes older events in, and must be a number of days', async () => {
  const { run } = await setUp(mixed);
  expect((await run(['--dry-run', '--max-age', '30'])).text).toContain('5 would be sent');
  expect(await run(['--dry-run', '--max-age', 'all'])).toMatchObject({
    code: 3,
    told: expect.stringContaining('[invalid_options] --max-age is a number of days') as string,
  });
});

test('--json says the same, by name', async () => {
  const { run } = await setUp(mixed);
  const { code, text } = await run(['--dry-run', '--json', '--since', '2026-11-22', '--until', '2026-11-24']);
  expect([code, JSON.parse(text)]).toEqual([
    0,
    {
      labels: [
        {
          source_event: 'Order Completed',
          canonical_event: 'purchase',
          counts: { promoted: 4, missing: 2, out_of_range: 1 },
          missing_properties: { value: 2, currency: 1 },
          sample_event_ids: ['ord_0_purchase', 'ord_1_purchase', 'ord_2_purchase'],
        },
        {
          source_event: 'Searched',
          canonical_event: 'search',
          counts: { draft: 1 },
          missing_properties: {},
          sample_event_ids: [],
        },
        {
          source_event: 'Signed Up',
          canonical_event: 'sign_up',
          counts: {},
          missing_properties: {},
          sample_event_ids: [],
        },
      ],
      unread_tables: [],
    },
  ]);
});

test('a table that is named like no label is reported, and --table gives it its label', async () => {
  const { run } = await setUp({ checkout_paid: { rows: orders(2) }, users: mixed.users });
  const { code, text } = await run(['--dry-run']);
  expect([code, text.split('\n').at(-1)]).toEqual([
    0,
    'not read, since no entry names them: checkout_paid; see --table',
  ]);
  const named = await run(['--dry-run', '--table', 'checkout_paid=Order Completed']);
  expect(named.text).toContain('Order Completed → purchase\n  2 would be sent');
  expect(named.text).not.toContain('not read');
  expect(await run(['--dry-run', '--table', 'checkout_paid'])).toMatchObject({
    code: 3,
    told: expect.stringContaining('--table is table=label'),
  });
});

test.each([
  ['chekout_paid=Order Completed', 'the table "chekout_paid" is not in the dump; there are checkout_paid'],
  ['checkout_paid=Order Complete', 'no entry has the label "Order Complete"; there are "Order Completed"'],
])('--table %s matches nothing, and ends with 3 before anything is read', async (table, words) => {
  const { run } = await setUp({ checkout_paid: { rows: orders(2) }, users: mixed.users });
  const { code, text, told } = await run(['--dry-run', '--table', table]);
  expect([code, text]).toEqual([3, '']);
  expect(told).toContain(words);
});

test('progress is shown on a terminal only, and not with --json', async () => {
  const { dump, folder } = await setUp({ order_completed: { rows: orders(3) } });
  const shown: string[] = [];
  const importOf = (...flags: string[]) =>
    runCli(['heap', 'import', dump, '--registry', join(folder, 'registry.json'), '--dry-run', ...flags], {
      env: {},
      print: () => undefined,
      printError: () => undefined,
      showStatus: (line) => void shown.push(line),
      fetch,
      now: () => now,
    });
  await importOf('--json');
  expect(shown).toEqual([]);
  await importOf();
  expect(shown).toEqual([expect.stringMatching(/^Order Completed: 1 row, \d+ %$/), '']);
});

test.each([
  [{ rows: 1, bytes: 10, total: undefined, elapsedMs: 10 }, 'A: 1 row'],
  [{ rows: 12_300, bytes: 30, total: 100, elapsedMs: 3_000 }, 'A: 12,300 rows, 4,100 rows/s, 30 %, 7 s left'],
  [{ rows: 10, bytes: 1, total: 100, elapsedMs: 2_000 }, 'A: 10 rows, 5 rows/s, 1 %, 3 min 18 s left'],
  [{ rows: 10, bytes: 1, total: 10_000, elapsedMs: 1_000 }, 'A: 10 rows, 10 rows/s, 0 %, 2 h 46 min left'],
])('progress %j reads %s', (progress, words) => {
  expect(progressLine({ label: 'A', ...progress })).toBe(words);
});

test('a dry run that meets a damaged file says what it found before', async () => {
  const { run, dump } = await setUp({ order_completed: { rows: orders(3) }, searched: { rows: [order(7)] } });
  const file = join(dump, 'sync_1/searched/part-00000-a.avro');
  writeFileSync(file, readFileSync(file).subarray(0, -100));
  const { code, text, told } = await run(['--dry-run']);
  expect(code).toBe(3);
  expect(text).toContain('3 would be sent');
  expect(told).toContain('sync_1/searched/part-00000-a.avro is not an Avro file');
});

test('P-3 an import delivers each event once, however often it is run, and goes on from its checkpoint', async () => {
  const { send, stored, folder, dump } = await setUp(mixed);
  const checkpoint = join(folder, 'import.json');
  const first = await send('--checkpoint', checkpoint);
  expect(first).toMatchObject({ code: 0, told: '' });
  expect(first.text).toContain('  4 promoted: ord_0_purchase');
  expect(first.text).toMatch(/\n4 delivered, 0 already known$/);
  const ids = [0, 1, 2, 3].map((place) => `ord_${place}_purchase`);
  expect(await stored()).toEqual(ids);
  expect(JSON.parse(readFileSync(checkpoint, 'utf8'))).toMatchObject({ dump_id: 1, table: 'searched' });

  await writeDump(2, { order_completed: { rows: [order(9)] } }, { folder: dump });
  expect((await send('--checkpoint', checkpoint)).text).toMatch(/\n1 delivered, 0 already known$/);
  expect((await send()).text).toMatch(/\n0 delivered, 5 already known$/);
  expect(await stored()).toEqual([...ids, 'ord_9_purchase']);
});

test('P-1 what cannot be delivered ends with 3, and is reported', async () => {
  const { send, stored } = await setUp({
    order_completed: { rows: [order(1), order(2, { currency: 'euro' })] },
  });
  const { code, text, told } = await send('--json');
  expect(code).toBe(3);
  expect((JSON.parse(text) as { delivery: object }).delivery).toMatchObject({
    captured: 2,
    delivered: 1,
    dropped: { invalid_event: 1 },
    pending: 0,
  });
  expect(told).toMatch(/^tracklayer: purchase without an id is dropped as invalid_event: .*currency/);
  expect(await stored()).toEqual(['ord_1_purchase']);
});

test('P-1 an import that breaks off says what it delivered, ends with 3, and resumes', async () => {
  const { send, stored, folder, dump } = await setUp({ order_completed: { rows: orders(3) } });
  await writeDump(2, { order_completed: { rows: [order(7)] } }, { folder: dump });
  const file = join(dump, 'sync_2/order_completed/part-00000-a.avro');
  const whole = readFileSync(file);
  writeFileSync(file, whole.subarray(0, -100));
  const checkpoint = join(folder, 'import.json');
  const { code, text, told } = await send('--checkpoint', checkpoint);
  expect(code).toBe(3);
  expect(text).toContain('3 delivered');
  expect(told).toContain(
    '[heap] sync_2/order_completed/part-00000-a.avro is not an Avro file, or is damaged or cut short',
  );
  writeFileSync(file, whole);
  const resumed = await send('--checkpoint', checkpoint);
  expect([resumed.code, resumed.text.split('\n').at(-1)]).toEqual([0, '1 delivered, 0 already known']);
  expect(await stored()).toHaveLength(4);
});

test('W-27 a key that the relay does not know ends the import at once', async () => {
  const { send, stored } = await setUp(mixed);
  const { code, text, told } = await send('--key', 'tlk_other_0123456789abcdef');
  expect(code).toBe(3);
  expect(text).toContain('4 not delivered yet');
  expect(told).toMatch(/^tracklayer: \[setup\] .*401/);
  expect(told.split('\n')).toHaveLength(1);
  expect(await stored()).toEqual([]);
});

test.each([
  [['--since', '20261116'], '[invalid_options] --since is a day'],
  [['--until', 'soon'], '[invalid_options] --until is a day'],
  [[], '[invalid_options] name the relay with --url and --key'],
  [['--url', 'https://relay.test'], '[invalid_options] name the key with --key'],
  [['--registry', 'none.json', '--dry-run'], '[invalid_options] none.json cannot be read'],
])('%j ends with 3 and says what to do', async (flags, message) => {
  const { run } = await setUp(mixed);
  const { code, text, told } = await run(flags);
  expect([code, text]).toEqual([3, '']);
  expect(told).toContain(`tracklayer: ${message}`);
});

test('a folder that is not there, or is not a dump, is reported', async () => {
  const { run, dump } = await setUp(mixed);
  const folder = temporaryFolder();
  const io = { env: {}, print: () => undefined, fetch, now: () => now };
  const told: string[] = [];
  const printError = (text: string): unknown => told.push(text);
  const registry = join(dump, '../registry.json');
  const importOf = (path: string) =>
    runCli(['heap', 'import', path, '--registry', registry, '--dry-run'], { ...io, printError });
  expect(await importOf(join(folder, 'nowhere'))).toBe(3);
  expect(await importOf(folder)).toBe(3);
  expect(told).toEqual([
    `tracklayer: [invalid_options] source: ${join(folder, 'nowhere')} cannot be read (ENOENT)`,
    'tracklayer: [heap] there is no manifests/*.json in the source',
  ]);
  expect((await run(['--help'])).text).toContain('--checkpoint');
});

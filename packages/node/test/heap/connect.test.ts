import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createMemoryTransport, type WireEvent } from '@tracklayer/core';
import {
  importHeapConnect,
  type HeapConnectObject,
  type HeapConnectOptions,
} from '../../src/heap/connect.ts';
import { createNodeClient, defineRegistry } from '../../src/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writeDump } from './dump-folder.ts';

const now = Date.UTC(2026, 5, 8);
const micros = (ms: number): number => ms * 1_000;
const registry = defineRegistry([
  {
    source: 'heap',
    source_event: 'Order Completed',
    canonical_event: 'purchase',
    status: 'approved',
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  },
  { source: 'heap', source_event: 'Searched', canonical_event: 'search', status: 'approved' },
]);

const order = (place: number, more: object = {}) => ({
  event_id: 9_000 + place,
  user_id: 12,
  session_id: 5,
  time: micros(now - 3_600_000),
  order_id: `ord_${place}`,
  total: '129.95',
  currency: 'EUR',
  ...more,
});
const orders = (count: number) => Array.from({ length: count }, (_, place) => order(place));

function importer(answer?: Parameters<typeof createMemoryTransport>[0]) {
  const transport = createMemoryTransport(answer);
  const client = createNodeClient({ transport });
  const run = (options: Partial<HeapConnectOptions> & Pick<HeapConnectOptions, 'source'>) =>
    importHeapConnect({ registry, client, now: () => now, ...options });
  const delivered = transport.delivered as readonly WireEvent[];
  return { run, transport, delivered };
}

test('heap-facts §6: rows of a Snappy Avro dump become events, with the id that the page gives', async () => {
  const source = await writeDump(1, {
    order_completed: { rows: orders(2) },
    users: { rows: [{ user_id: 12, identity: 'cust_2048' }] },
    all_events: { rows: [{ event_id: 1 }] },
  });
  const { run, delivered } = importer();
  expect(await run({ source })).toEqual({ 'Order Completed': { promoted: 2 } });
  expect(delivered).toHaveLength(2);
  expect(delivered[0]).toMatchObject({
    event: 'purchase',
    event_id: 'ord_0_purchase',
    user_id: 'cust_2048',
    properties: { order_id: 'ord_0', value: 129.95, currency: 'EUR' },
    occurred_at: '2026-06-07T23:00:00.000Z',
    context: { heap: { user_id: '12', session_id: '5' } },
  });
});

test('user_migrations: an event of a user that was merged is of the one that it became', async () => {
  const source = await writeDump(1, {
    order_completed: { rows: [order(0, { user_id: 10 }), order(1, { user_id: 77 })] },
    users: { rows: [{ user_id: 12, identity: 'cust_2048', tracklayer_anonymous_id: 'anon-0001' }] },
    user_migrations: {
      rows: [
        { from_user_id: 10, to_user_id: 11 },
        { from_user_id: 11, to_user_id: 12 },
      ],
    },
  });
  const { run, delivered } = importer();
  await run({ source });
  expect(delivered[0]).toMatchObject({ user_id: 'cust_2048', anonymous_id: 'anon-0001' });
  expect(delivered[1]).toMatchObject({ anonymous_id: 'heap_77' });
});

test('incremental: false replaces what earlier dumps said of a table, and nothing counts twice', async () => {
  const folder = await writeDump(1, { order_completed: { rows: orders(3) } });
  const { run, delivered } = importer();
  await run({ source: folder });
  await writeDump(2, { order_completed: { rows: orders(2), incremental: false } }, { folder });
  await writeDump(10, { order_completed: { rows: [order(7)] } }, { folder });
  expect(await run({ source: folder, dryRun: true })).toEqual({ 'Order Completed': { promoted: 3 } });
  await run({ source: folder });
  const ids = delivered.map(({ event_id }) => event_id);
  expect(ids).toEqual(['ord_0_purchase', 'ord_1_purchase', 'ord_2_purchase', 'ord_7_purchase']);
});

test('W-29, since, until and a dry run: counted by label, nothing sent', async () => {
  const day = 86_400_000;
  const at = (days: number) => ({ time: new Date(now - days * day).toISOString().replace('Z', '') });
  const rows = [
    order(1, at(8)),
    order(2, at(6)),
    order(3, at(3)),
    order(4, at(1)),
    order(5, { total: null }),
  ];
  const source = await writeDump(1, { order_completed: { rows }, searched: { rows: [order(6)] } });
  const { run, delivered } = importer();
  const counts = await run({ source, since: new Date(now - 5 * day), until: now - 2 * day, dryRun: true });
  expect(counts).toEqual({
    'Order Completed': { promoted: 1, out_of_range: 4 },
    Searched: { out_of_range: 1 },
  });
  expect(await run({ source, dryRun: true })).toEqual({
    'Order Completed': { too_old: 1, promoted: 3, missing: 1 },
    Searched: { missing: 1 },
  });
  expect(delivered).toEqual([]);
});

test('onRow reports what becomes of each row; a dry run needs no client', async () => {
  const source = await writeDump(1, {
    order_completed: { rows: [order(1), order(2, { total: null, currency: null })] },
  });
  const onRow = vi.fn<NonNullable<HeapConnectOptions['onRow']>>();
  await importHeapConnect({ source, registry, dryRun: true, now: () => now, onRow });
  expect(onRow.mock.calls).toMatchObject([
    ['Order Completed', { status: 'promoted', event: { event_id: 'ord_1_purchase' } }],
    ['Order Completed', { status: 'missing', missing: ['value', 'currency'] }],
  ]);
  await expect(importHeapConnect({ source, registry })).rejects.toThrow('[invalid_options] client');
});

test('an event without a business key has the id of its row', async () => {
  const source = await writeDump(1, { searched: { rows: [{ ...order(1), search_term: 'shoes' }] } });
  const { run, delivered } = importer();
  await run({ source });
  expect(delivered).toMatchObject([{ event: 'search', event_id: 'heap_9001' }]);
});

test('P-1 an interrupted import resumes where all before it is delivered', async () => {
  const source = await writeDump(1, { order_completed: { rows: orders(2_500) } }, { rowsPerFile: 1_000 });
  const checkpoint = join(temporaryFolder(), 'import.json');
  const first = importer();
  const stop = new Error('killed');
  let parts = 0;
  const onProgress = (): void => {
    if (++parts === 3) throw stop;
  };
  await expect(first.run({ source, checkpoint, onProgress })).rejects.toBe(stop);
  expect(JSON.parse(readFileSync(checkpoint, 'utf8'))).toMatchObject({ dump_id: 1, rows: 1_000 });
  const second = importer();
  await second.run({ source, checkpoint });
  const ids = [...first.delivered, ...second.delivered].map(({ event_id }) => event_id);
  expect(new Set(ids).size).toBe(2_500);
  expect(second.delivered).toHaveLength(1_500);
  const third = importer();
  expect(await third.run({ source, checkpoint })).toEqual({ 'Order Completed': {} });
});

test('a bucket is read by its objects, in any order', async () => {
  const folder = await writeDump(1, { order_completed: { rows: orders(1) } });
  const names = ['sync_1/order_completed/part-00000-a.avro', 'manifests/sync_1.json'];
  async function* objects(): AsyncGenerator<HeapConnectObject> {
    for (const name of names) {
      yield {
        name: `heap/${name}`,
        async *read() {
          const bytes = readFileSync(join(folder, name));
          for (let from = 0; from < bytes.length; from += 7) yield bytes.subarray(from, from + 7);
        },
      };
    }
  }
  const { run, delivered } = importer();
  await run({ source: objects() });
  expect(delivered).toHaveLength(1);
});

test.each([
  ['flipped bytes', (bytes: Buffer) => bytes.fill(7, bytes.length - 60, bytes.length - 30)],
  ['cut short', (bytes: Buffer) => bytes.subarray(0, -100)],
  ['empty', () => Buffer.alloc(0)],
  ['no Avro', () => Buffer.from('hello')],
])('a damaged file is told by its name: %s', async (_, damage) => {
  const source = await writeDump(1, { order_completed: { rows: orders(50) } });
  const path = join(source, 'sync_1/order_completed/part-00000-a.avro');
  writeFileSync(path, damage(readFileSync(path)));
  await expect(importer().run({ source })).rejects.toThrow('[heap] sync_1/order_completed/part-00000-a.avro');
});

test('a folder that is not a dump is reported', async () => {
  await expect(importer().run({ source: temporaryFolder() })).rejects.toThrow('no manifests/*.json');
  await expect(importer().run({ source: join(temporaryFolder(), 'nowhere') })).rejects.toThrow(
    /^\[invalid_options\] source: .*nowhere cannot be read \(ENOENT\)/,
  );
  await expect(importer().run({ source: '.', since: 'soon' })).rejects.toThrow('[invalid_options] `since`');
});

test.each([
  ['no source', { source: undefined }, '`source` must be the folder of a dump'],
  ['a registry that is only its entries', { registry: [] }, '`registry` must be what defineRegistry'],
])('an import with %s is refused at once', async (_, options, words) => {
  const given = { source: './dump', registry, dryRun: true, ...options } as unknown as HeapConnectOptions;
  await expect(importHeapConnect(given)).rejects.toThrow(`[invalid_options] ${words}`);
});

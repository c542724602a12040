import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { createRelay } from '../../src/index.ts';
import { paidOrder, paidOrders } from '../events.ts';
import { heapEntry } from '../registry/entries.ts';
import { freshStore } from '../fresh-store.ts';

const key = 'tlk_test_0123456789abcdef';
const now = Date.parse('2026-11-23T11:00:00.000Z');

/** A relay with a day of orders, and what became of them at one destination. */
async function setUp() {
  const store = freshStore();
  const relay = createRelay({ store, keys: [{ environment: 'production', secret: key }], now: () => now });
  onTestFinished(() => relay.close());
  await store.putRegistry('production', { replaces: 0, entries: [heapEntry()], at: now });
  const sightings = [{ source: 'heap', source_event: 'Order Completed', count: 1_204 }];
  await store.addSightings({ environment: 'production', received_at: now, sightings });
  const deliveries = [{ destination: 'meta', due_at: now }];
  const messages = [...paidOrders(4), paidOrder({ event_id: 'ord_1_purchase', source: 'server' })].map(
    (event, place) => ({
      event: { ...event, user_id: `cust_${place}`, occurred_at: new Date(now).toISOString() },
      key_properties: ['order_id'],
      deliveries,
    }),
  );
  const missing = { path: 'properties.currency', message: 'is missing', code: 'missing' } as const;
  const rejected = [{ event_id: 'bad_purchase', event: 'purchase', errors: [missing] }];
  const dropped = { consent: 3 };
  await store.capture({
    environment: 'production',
    received_at: now,
    messages,
    rejected,
    dropped,
    idempotency_key: 'r',
  });
  const queue = { queue: 'production/meta', lease: 'l_1', now };
  const { rows } = await store.takeDeliveries({ ...queue, limit: 3 });
  const [one, two, three] = rows.map(({ environment, event_id, destination }) => ({
    environment,
    event_id,
    destination,
  }));
  await store.settleDeliveries({
    ...queue,
    settled: [
      { ...one!, status: 'accepted' },
      { ...two!, status: 'skipped', reason: 'consent_denied' },
      { ...three!, status: 'failed', reason: 'no_match_keys: nothing' },
    ],
  });
  const run = async (...argv: string[]) => {
    const printed: string[] = [];
    const print = (text: string) => void printed.push(text);
    const env = { TRACKLAYER_URL: 'https://relay.test', TRACKLAYER_KEY: key };
    const code = await runCli(argv, {
      env,
      print,
      printError: print,
      fetch: (r) => relay.fetch(r),
      now: () => now,
    });
    return { code, text: printed.join('\n') };
  };
  return { run };
}

test('W-40 P-10 report shows, as docs/report.md does, each step with what is lost there, and why', async () => {
  const { run } = await setUp();
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/report.md'), 'utf8');
  const [, text] = /```\n(2026-11-23 to .*?)\n```/s.exec(page) ?? [];
  expect(await run('report', '--since', '1d')).toEqual({
    code: 0,
    text,
  });
});

test('W-40 report is JSON and CSV too', async () => {
  const { run } = await setUp();
  expect(JSON.parse((await run('report', '--format', 'json')).text)).toMatchObject({
    since: '2026-10-25',
    rows: [{ event: 'purchase', received: 6 }],
  });
  const { text } = await run('report', '--format', 'csv', '--event', 'purchase');
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'day,event,step,destination,reason,count',
      '2026-11-23,purchase,received,,,6',
      '2026-11-23,purchase,skipped,meta,consent_denied,1',
      '2026-11-23,purchase,pending,meta,,1',
    ]),
  );
  expect(await run('report', '--format', 'xml')).toMatchObject({ code: 3 });
  expect((await run('report', '--since', 'ever')).text).toContain('since must be 1d to 90d');
});

test('W-31 events export prints events with their deliveries, one JSON per line', async () => {
  const { run } = await setUp();
  const { code, text } = await run('events', 'export', '--since', '1d', '--event', 'purchase');
  const events = text
    .split('\n')
    .map((line) => JSON.parse(line) as { event: { event_id: string }; deliveries: object[] });
  expect([code, events.length]).toEqual([0, 5]);
  expect(events.find(({ event }) => event.event_id === 'ord_1_purchase')?.deliveries).toMatchObject([
    { destination: 'meta', status: 'accepted', attempts: 1 },
  ]);
  expect((await run('events', 'export', '--since', '2026-11-24')).text).toBe('');
  expect(await run('events', 'export', '--since', 'ever')).toMatchObject({ code: 3 });
});

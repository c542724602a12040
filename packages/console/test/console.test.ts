import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createSqliteStore, serveRelay } from '@tracklayer/relay';
import axe from 'axe-core';
import { chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { chromiumLaunchOptions } from '../../../tools/chromium.ts';
import { buildConsole } from '../build.ts';

const key = 'tlk_console_0123456789';
const readOnly = 'tlk_readonly_0123456789';
const launching = { browser: undefined as Awaited<ReturnType<typeof chromium.launch>> | undefined };

beforeAll(async () => {
  await buildConsole();
  launching.browser = await chromium.launch(chromiumLaunchOptions());
});
afterAll(async () => launching.browser?.close());

const draft = {
  source: 'heap',
  source_event: 'Order Completed',
  canonical_event: 'purchase',
  status: 'draft',
} as const;

interface Opened {
  hash?: string;
  colorScheme?: 'light' | 'dark';
  width?: number;
}

/** A relay with its console in a page that is open, and what the page complained about. */
async function open({ hash = `#key=${key}`, colorScheme = 'light', width = 1_000 }: Opened = {}) {
  const store = createSqliteStore({ path: ':memory:' });
  const relay = await serveRelay({
    store,
    keys: [
      {
        environment: 'production',
        secret: key,
        scopes: [
          'events:read',
          'events:write',
          'registry:write',
          'destinations:write',
          'audiences:write',
          'people:write',
        ],
      },
      { environment: 'production', secret: readOnly, scopes: ['events:read'] },
    ],
    // Nothing leaves within a test.
    destinations: { meta: { dataset: '1', token: 't', holdMs: 600_000 } },
    audiences: { vip: { from: 'heap', to: { meta: { audience: '900' } } } },
    port: 0,
  });
  const page = await launching.browser!.newPage({ colorScheme, viewport: { width, height: 800 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  onTestFinished(async () => {
    await page.close();
    await relay.close();
  });
  const capture = (fields: object = {}) =>
    fetch(`${relay.url}/api/capture`, {
      method: 'POST',
      body: JSON.stringify({
        event: 'purchase',
        event_id: 'ord_1_purchase',
        user_id: 'cust_1',
        source: 'heap',
        properties: { order_id: 'ord_1', value: 1, currency: 'EUR' },
        ...fields,
      }),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
  await page.goto(`${relay.url}/console${hash}`);
  return { page, relay, store, capture, complaints };
}

async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: { id: string }[] }>('axe.run()');
  return violations.map(({ id }) => id);
}

test('the console asks for a key once, says what is wrong with another, and keeps none in the address', async () => {
  const { page } = await open({ hash: '' });
  await page.getByLabel('A key of this relay').fill('tlk_unknown_0123456789');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('with a key of this relay');
  await page.getByLabel('A key of this relay').fill(key);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('Nothing came yet').waitFor();
  expect(page.url()).not.toContain(key);
});

test('a key behind # is taken out of the address', async () => {
  const { page } = await open();
  await page.getByText('Nothing came yet').waitFor();
  expect(page.url()).not.toContain(key);
});

test('events appear as they come, and one opens into its trace', async () => {
  const { page, capture, complaints } = await open();
  await page.getByText('Nothing came yet').waitFor();
  await capture();
  await page.getByRole('button', { name: 'ord_1_purchase' }).click();
  await page.getByText('accepted: one copy from heap').waitFor();
  expect(await page.getByRole('listitem').count()).toBe(6);
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.getByRole('cell', { name: 'purchase', exact: true }).waitFor();
  expect(complaints).toEqual([]);
});

test('what came before the page was opened is there too, and filters choose of it', async () => {
  const { page, capture } = await open({ hash: '' });
  await capture();
  await capture({ event: 'login', event_id: 'l_1', properties: {} });
  await page.getByLabel('A key of this relay').fill(key);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('button', { name: 'l_1' }).waitFor();
  await page.getByLabel('Event', { exact: true }).fill('purch');
  await page.getByRole('button', { name: 'l_1' }).waitFor({ state: 'detached' });
  expect(await page.getByRole('button', { name: 'ord_1_purchase' }).count()).toBe(1);
});

test('markup and direction marks in an event are text, and nothing of them runs', async () => {
  const { page, capture, complaints } = await open();
  const source = '<img src=x onerror="document.title=1">\u202Etxt';
  await capture({ source });
  const cell = page.locator('td bdi', { hasText: '<img' }).first();
  await cell.waitFor();
  expect(await cell.textContent()).toBe('<img src=x onerror="document.title=1">\\u202etxt');
  expect([await page.title(), complaints]).toEqual(['TrackLayer console', []]);
});

test('a draft is approved in two clicks, and a stale one is told', async () => {
  const { page, store, relay } = await open({ hash: '' });
  await store.putRegistry('production', { replaces: 0, entries: [draft], at: Date.now() });
  // Nothing is loaded anew: the page takes a key that comes later.
  await page.goto(`${relay.url}/console#key=${key}`);
  await page.getByRole('link', { name: 'Registry' }).click();
  await page.getByRole('button', { name: 'Approve…' }).click();
  await store.putRegistry('production', {
    replaces: 1,
    entries: [{ ...draft, notes: 'mine' }],
    at: Date.now(),
  });
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByText('Somebody else changed the registry').waitFor();
  await page.getByRole('button', { name: 'Approve…' }).click();
  await page.getByText(/careful: heap Order Completed: .*approved/).waitFor();
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByRole('cell', { name: 'approved' }).waitFor();
  expect(await store.registry('production')).toMatchObject({
    version: 3,
    entries: [{ status: 'approved', notes: 'mine' }],
  });
});

test('a key without registry:write is told what it lacks', async () => {
  const { page, store } = await open({ hash: `#key=${readOnly}` });
  await store.putRegistry('production', { replaces: 0, entries: [draft], at: Date.now() });
  await page.getByRole('link', { name: 'Registry' }).click();
  await page.getByRole('button', { name: 'Approve…' }).click();
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toContain('this key lacks the scope registry:write');
});

test('the report has a row per day and event', async () => {
  const { page, capture } = await open();
  await capture();
  await page.getByRole('link', { name: 'Report' }).click();
  await page.getByRole('cell', { name: 'purchase' }).waitFor();
  expect(await page.getByText('nothing planned').count()).toBe(0);
  const road = page.getByRole('list', { name: 'From Heap to each destination' });
  expect(await road.getByRole('listitem').allTextContents()).toEqual([
    'seen in Heap0',
    'arrived, with copies1',
    'accepted here1',
    'meta0',
  ]);
  await page.getByRole('link', { name: 'Live' }).click();
  await page.getByLabel('Find by event_id or order_id').fill('ord_1');
  await page.getByRole('button', { name: 'Trace' }).click();
  await page.getByText('accepted: one copy from heap').waitFor();
});

test('a destination is paused in two clicks and resumed in one, and both are on record', async () => {
  const { page } = await open();
  await page.getByRole('link', { name: 'Destinations' }).click();
  await page.getByRole('button', { name: 'Pause…' }).click();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('cell', { name: 'paused' }).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('cell', { name: 'delivers' }).waitFor();
  await page.getByRole('link', { name: 'Changes' }).click();
  await page.getByRole('cell', { name: 'destination resumed' }).waitFor();
  expect(await page.getByRole('cell', { name: 'destination paused' }).count()).toBe(1);
});

test('an audience shows its members, where they are, and why the others are not', async () => {
  const { page, relay } = await open();
  await fetch(`${relay.url}/api/audiences/vip/members`, {
    method: 'POST',
    body: JSON.stringify({ sync_id: 'a', page: 1, total_pages: 2, add: [{ user_id: 'cust_1' }] }),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  });
  await page.getByRole('link', { name: 'Audiences' }).click();
  await page.getByRole('cell', { name: 'waiting: 1 of 2 pages' }).waitFor();
  expect(await page.getByRole('row').nth(1).textContent()).toContain('reaches nobody below 100');
});

test('what did not arrive is told by reason, with an example, and goes again after a count', async () => {
  const { page, capture, store } = await open();
  await capture({ consent: { ad_user_data: 'granted', ad_personalization: 'granted' } });
  const now = Date.now() + 700_000;
  const { rows } = await store.takeDeliveries({ queue: 'production/meta', lease: 'one', now, limit: 10 });
  const settled = rows.map(({ environment, event_id, destination }) => ({
    environment,
    event_id,
    destination,
    status: 'failed' as const,
    reason: 'reject: <b>no</b>',
  }));
  await store.settleDeliveries({ queue: 'production/meta', lease: 'one', now, settled });
  await page.getByRole('link', { name: 'Destinations' }).click();
  await page.getByRole('cell', { name: 'reject', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Trace one' }).click();
  await page.getByText('<b>no</b>').first().waitFor();
  await page.getByRole('button', { name: 'Back to the list' }).click();
  let countNow = (): void => {};
  const mayCount = new Promise<void>((resolve) => (countNow = resolve));
  await page.route('**/api/deliveries/replay', async (route) => {
    await mayCount;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Send again…' }).click();
  await page.getByText('Counting…').waitFor();
  expect(await page.getByRole('button', { name: 'Send again', exact: true }).isDisabled()).toBe(true);
  countNow();
  await page.getByText('1 delivery is young enough').waitFor();
  await page.getByRole('button', { name: 'Send again', exact: true }).click();
  await page.getByText('Everything arrived, or is on its way.').waitFor();
  expect(await store.deliveriesOf('production', 'ord_1_purchase')).toMatchObject([{ status: 'pending' }]);
});

test('W-54 a person is found without an id in any address, and is erased in two clicks', async () => {
  const { page, relay, capture, store } = await open();
  await fetch(`${relay.url}/api/identify`, {
    method: 'POST',
    body: JSON.stringify({ user_id: 'cust_1', anonymous_id: 'anon_1', traits: { plan: 'pro' } }),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  });
  await capture();
  const asked: string[] = [];
  page.on('request', (request) => request.method() !== 'DELETE' && asked.push(request.url()));
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('Find by user_id').fill('cust_1');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('cell', { name: 'anon_1' }).waitFor();
  expect(await page.getByRole('definition').first().textContent()).toBe('pro');
  await page.getByRole('button', { name: 'ord_1_purchase' }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  expect([page.url(), ...asked].filter((url) => url.includes('cust_1'))).toEqual([]);
  await page.getByRole('button', { name: 'Erase…' }).click();
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByText('Erased. The lists of platforms follow').waitFor();
  expect((await store.people('production', [{ user_id: 'cust_1' }]))[0]?.anonymous_ids).toEqual([]);
});

test.each(['light', 'dark'] as const)('every page is accessible and fits 360 px, %s', async (colorScheme) => {
  const { page, capture } = await open({ colorScheme, width: 360 });
  await capture();
  await page.getByRole('button', { name: 'ord_1_purchase' }).waitFor();
  for (const name of ['Live', 'Registry', 'Destinations', 'Audiences', 'People', 'Report', 'Changes']) {
    await page.getByRole('link', { name }).click();
    await page.getByText('Loading…').first().waitFor({ state: 'detached' });
    expect([name, await violationsOn(page)]).toEqual([name, []]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  }
});

test('P-9 all of the console is under 60 kB', () => {
  const sizes = ['index.html', 'console.js', 'console.css'].map(
    (file) => gzipSync(readFileSync(join(import.meta.dirname, '../dist', file)), { level: 9 }).byteLength,
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
});

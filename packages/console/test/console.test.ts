import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { createSqliteStore, serveRelay, type Store } from '@tracklayer/relay';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { key, keys, openConsole, readOnly, withBrowser, writeOnly } from './opened-console.ts';

const launched = withBrowser();
const open = (opened?: Parameters<typeof openConsole>[1]) => openConsole(launched, opened);

const draft = {
  source: 'heap',
  source_event: 'Order Completed',
  canonical_event: 'purchase',
  status: 'draft',
} as const;

/** The next delivery to Meta fails. */
async function failNext(store: Store, reason: string): Promise<void> {
  const now = Date.now() + 700_000;
  const { rows } = await store.takeDeliveries({ queue: 'production/meta', lease: 'one', now, limit: 10 });
  const settled = rows.map(({ environment, event_id, destination }) => ({
    environment,
    event_id,
    destination,
    status: 'failed' as const,
    reason,
  }));
  await store.settleDeliveries({ queue: 'production/meta', lease: 'one', now, settled });
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
  await page.getByText('No events yet').waitFor();
  expect(page.url()).not.toContain(key);
});

test('a key behind # is taken out of the address', async () => {
  const { page } = await open();
  await page.getByText('No events yet').waitFor();
  expect(page.url()).not.toContain(key);
});

test('events appear as they come, and one opens into its trace', async () => {
  const { page, capture, complaints } = await open();
  await page.getByText('No events yet').waitFor();
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

test('a draft is approved in two clicks, and the page says when it is stale', async () => {
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
  // Said before their version is there, it would be followed by a click that the new page forgets.
  const stale = page.getByText('Somebody else changed the registry');
  await page.route('**/api/registry/diff?from=1', async (route) => {
    expect(await stale.count()).toBe(0);
    await route.continue();
  });
  const compared = page.waitForResponse('**/api/registry/diff?from=1');
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await compared;
  await stale.waitFor();
  await page.getByRole('button', { name: 'Approve…' }).click();
  await page.getByText(/careful: heap Order Completed: .*approved/).waitFor();
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await page.getByRole('cell', { name: 'approved' }).waitFor();
  expect(await store.registry('production')).toMatchObject({
    version: 3,
    entries: [{ status: 'approved', notes: 'mine' }],
  });
});

test('buttons that the key may not use are off, with a sentence why', async () => {
  const { page, store, capture } = await open({ hash: `#key=${readOnly}` });
  await store.putRegistry('production', { replaces: 0, entries: [draft], at: Date.now() });
  await capture();
  for (const [name, button, scope] of [
    ['Registry', 'Approve…', 'registry:write'],
    ['Destinations', 'Pause…', 'destinations:write'],
    ['People', 'Erase…', 'people:write'],
  ] as const) {
    await page.getByRole('link', { name }).click();
    if (name === 'People') {
      await page.getByLabel('Find by user_id').fill('cust_1');
      await page.getByRole('button', { name: 'Find' }).click();
    }
    await page.getByText(`use a key with the scope ${scope}`).waitFor();
    const off = page.getByRole('button', { name: button });
    expect(await off.isDisabled()).toBe(true);
    expect(await page.locator(`#${await off.getAttribute('aria-describedby')}`).textContent()).toContain(
      scope,
    );
    expect(await violationsOn(page)).toEqual([]);
  }
});

test('the page says what a key without events:read lacks, and another can be typed', async () => {
  const { page } = await open({ hash: `#key=${writeOnly}` });
  await page.getByText('this key lacks the scope events:read').waitFor();
  await page.getByRole('button', { name: 'Use another key' }).click();
  await page.getByLabel('A key of this relay').fill(key);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('No events yet').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('an order, a person and an event are found by their ids, and nothing typed stands in an address', async () => {
  const { page, capture } = await open();
  await capture({ user_id: 'jane_7' });
  await capture({ event: 'sign_up', event_id: 'jane_7_sign_up', user_id: 'jane_7', properties: {} });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const find = async (id: string): Promise<void> => {
    await page.getByLabel('Find by event_id, order_id or user_id').fill(id);
    await page.getByRole('button', { name: 'Find' }).click();
  };
  const found = () =>
    page.getByRole('region', { name: 'Stored events' }).getByRole('button').allTextContents();
  await find('ord_1');
  await expect.poll(found).toEqual(['ord_1_purchase']);
  await find('jane_7');
  await expect.poll(found).toEqual(['jane_7_sign_up', 'ord_1_purchase']);
  await page.getByRole('button', { name: 'jane_7_sign_up' }).click();
  await page.getByText('user jane_7, named by the event').waitFor();
  await page.goBack();
  await find('ord_7');
  await page.getByText('No stored event has this event_id, order_id or user_id').waitFor();
  await page.getByRole('button', { name: 'Back to all events' }).click();
  await page
    .getByRole('region', { name: 'Events' })
    .getByRole('button', { name: 'ord_1_purchase' })
    .waitFor();
  expect([page.url(), ...asked].filter((url) => /jane|ord_/.test(url))).toEqual([]);
});

test('events are chosen by person, destination, delivery and reason', async () => {
  const { page, capture } = await open();
  const consent = { ad_user_data: 'granted', ad_personalization: 'granted' };
  await capture({ consent });
  await capture({ event_id: 'ord_2_purchase', user_id: 'jane_7' });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const rows = page.getByRole('region', { name: 'Stored events' }).getByRole('button');
  await page.getByLabel('Person').fill('jane_7');
  await rows.filter({ hasText: 'ord_2_purchase' }).waitFor();
  expect(await rows.allTextContents()).toEqual(['ord_2_purchase']);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByLabel('Destination').selectOption('meta');
  await page.getByLabel('Delivery').selectOption('pending');
  await rows.nth(1).waitFor();
  await page.getByLabel('Reason').fill('consent_denied');
  await page.getByText('No stored event matches the filters.').waitFor();
  expect([page.url(), ...asked].filter((url) => /jane|consent/.test(url))).toEqual([]);
});

test('the list is held while events come, and goes on', async () => {
  const { page, capture } = await open();
  await capture();
  await page.getByRole('button', { name: 'ord_1_purchase' }).waitFor();
  await page.getByRole('button', { name: 'Pause the list' }).click();
  await capture({ event_id: 'ord_2_purchase' });
  await page.getByText('1 event arrived since').waitFor();
  expect(await page.getByRole('button', { name: 'ord_2_purchase' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Resume the list' }).click();
  await page.getByRole('button', { name: 'ord_2_purchase' }).waitFor();
});

test('the stream goes on by itself after the relay was restarted, and says that some may be missing', async () => {
  const { page, relay, capture } = await open();
  await capture();
  await page.getByRole('button', { name: 'ord_1_purchase' }).waitFor();
  await relay.close();
  await page.getByText('The stream was interrupted.').waitFor();
  const store = createSqliteStore({ path: ':memory:' });
  const again = await serveRelay({ store, keys, port: Number(new URL(relay.url).port) });
  onTestFinished(() => again.close());
  await capture({ event_id: 'ord_2_purchase' });
  await page.getByRole('button', { name: 'ord_2_purchase' }).waitFor();
  expect(await page.getByRole('button', { name: 'ord_1_purchase' }).count()).toBe(1);
  await page.getByText('Some events may be missing here').waitFor();
});

test('a tab in the background draws nothing, and shows what came when somebody looks at it', async () => {
  const { page, relay, capture } = await open();
  await page.getByText('No events yet').waitFor();
  const other = await launched.browser.newPage();
  onTestFinished(() => other.close());
  await other.goto(`${relay.url}/console#key=${key}`);
  await hide(page, true);
  await capture();
  await other.getByRole('button', { name: 'ord_1_purchase' }).waitFor();
  expect(await page.getByRole('button', { name: 'ord_1_purchase' }).count()).toBe(0);
  await hide(page, false);
  await page.getByRole('button', { name: 'ord_1_purchase' }).waitFor();
});

test('a tab in the background asks nothing of the relay until somebody looks at it', async () => {
  const { page } = await open();
  let asks = 0;
  page.on('request', (request) => request.url().endsWith('/api/destinations') && asks++);
  await page.clock.install();
  await page.getByRole('link', { name: 'Destinations' }).click();
  await page.getByRole('cell', { name: 'delivers' }).waitFor();
  const first = asks;
  await page.clock.runFor(5_000);
  await expect.poll(() => asks).toBe(first + 1);
  await hide(page, true);
  await page.clock.runFor(60_000);
  expect(asks).toBe(first + 1);
  await hide(page, false);
  await expect.poll(() => asks).toBe(first + 2);
});

const hide = (page: Page, hidden: boolean): Promise<unknown> =>
  page.evaluate((isHidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

test('the back button closes a trace, and leads to the row that opened it', async () => {
  const { page, capture } = await open();
  await capture();
  await page.getByRole('button', { name: 'ord_1_purchase' }).click();
  await page.getByText('accepted: one copy from heap').waitFor();
  expect(page.url()).not.toContain('ord_1');
  await page.goBack();
  await page.getByRole('button', { name: 'Pause the list' }).waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('ord_1_purchase');
  await page.goForward();
  await page.getByText('accepted: one copy from heap').waitFor();
  await page.getByRole('link', { name: 'Report' }).click();
  await page.getByText('accepted: one copy from heap').waitFor({ state: 'detached' });
});

test('a refresh that fails closes nothing: a trace stays open, and the page behind it says what it shows', async () => {
  const { page, capture, store } = await open();
  await capture();
  await failNext(store, 'reject: no');
  await page.clock.install();
  await page.getByRole('link', { name: 'Destinations' }).click();
  await page.getByRole('button', { name: 'Trace one' }).click();
  await page.getByText('meta did not accept it').waitFor();
  let asks = 0;
  await page.route('**/api/destinations', async (route) => {
    asks++;
    await route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: '{"detail":"closing"}',
    });
  });
  await page.clock.runFor(5_000);
  await expect.poll(() => asks).toBeGreaterThan(0);
  expect(await page.getByText('meta did not accept it').isVisible()).toBe(true);
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.getByText('This data is not current: closing').waitFor();
  expect(await page.getByRole('button', { name: 'Trace one' }).isVisible()).toBe(true);
});

test('the page says when an example is not there any more', async () => {
  const { page, capture, store } = await open();
  await capture();
  await failNext(store, 'reject: no');
  await page.getByRole('link', { name: 'Destinations' }).click();
  await page.getByRole('button', { name: 'Trace one' }).waitFor();
  await store.replayDeliveries({
    environment: 'production',
    destination: 'meta',
    status: 'failed',
    since: 0,
    now: Date.now(),
  });
  await page.getByRole('button', { name: 'Trace one' }).click();
  await page.getByText('No delivery to meta is failed for reject any more').waitFor();
  expect(await page.getByRole('button', { name: 'Trace one' }).isVisible()).toBe(true);
});

test('W-54 where a person has more browsers and events than are shown, the page says so', async () => {
  const { page, store } = await open();
  const identifies = Array.from({ length: 101 }, (_, n) => ({
    identify: {
      user_id: 'cust_1',
      anonymous_id: `anon_${n}`,
      traits: {},
      occurred_at: '2026-11-23T10:00:00.000Z',
    },
  }));
  await store.identify({ environment: 'production', received_at: Date.now(), messages: identifies });
  const orders = Array.from({ length: 21 }, (_, n) => ({
    event: {
      event: 'purchase',
      event_id: `ord_${n}_purchase`,
      user_id: 'cust_1',
      properties: {},
      occurred_at: '2026-11-23T10:00:00.000Z',
    },
    key_properties: [],
  }));
  await store.capture({ environment: 'production', received_at: Date.now(), messages: orders });
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('Find by user_id').fill('cust_1');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('101 browsers are linked; these are the first 100.').waitFor();
  await page.getByText('These are the newest 20.').waitFor();
  expect(await page.getByRole('row').count()).toBe(2 + 100 + 20);
});

test('the report has a row per day and event, and its numbers open into the events behind them', async () => {
  const { page, capture } = await open();
  await capture();
  await page.getByRole('link', { name: 'Report' }).click();
  const road = page.getByRole('list', { name: 'From Heap to each destination' });
  await expect
    .poll(() => road.getByRole('listitem').allTextContents())
    .toEqual(['seen in Heap0', 'arrived, with copies1', 'accepted here1', 'meta0']);
  await page.getByRole('cell', { name: 'purchase', exact: true }).waitFor();
  expect(await page.getByText('nothing planned').count()).toBe(0);
  await page.getByRole('button', { name: /^1 (pending|skipped) at meta, purchase of / }).click();
  await page
    .getByRole('region', { name: 'Stored events' })
    .getByRole('button', { name: 'ord_1_purchase' })
    .waitFor();
  expect(await page.getByRole('combobox', { name: 'Destination' }).inputValue()).toBe('meta');
  expect(page.url()).not.toMatch(/meta|purchase/);
  await page.getByRole('link', { name: 'Report' }).click();
  await road.waitFor();
  await page.getByRole('link', { name: 'Live' }).click();
  expect(await page.getByRole('combobox', { name: 'Destination' }).inputValue()).toBe('');
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

test('what did not arrive is shown by reason, with an example, and goes again after a count', async () => {
  const { page, capture, store } = await open();
  await capture({ consent: { ad_user_data: 'granted', ad_personalization: 'granted' } });
  await failNext(store, 'reject: <b>no</b>');
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
  await page.getByText('Nothing failed or was skipped.').waitFor();
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
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('Find by user_id').fill('cust_1');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('cell', { name: 'anon_1' }).waitFor();
  const facts = page.getByRole('definition');
  expect(await facts.first().textContent()).toBe('pro');
  expect(await facts.last().textContent()).toBe('meta: consent_unknown');
  await page.getByRole('button', { name: 'ord_1_purchase' }).waitFor();
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Unlink…' }).click();
  await page.getByRole('button', { name: 'Unlink', exact: true }).click();
  await page.getByText('The two ids are no longer linked').waitFor();
  await page.getByRole('button', { name: 'Erase…' }).click();
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  await page.getByText('Erased. The lists of platforms follow').waitFor();
  expect([page.url(), ...asked].filter((url) => /cust_1|anon_1/.test(url))).toEqual([]);
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
  await page.getByRole('link', { name: 'Live' }).click();
  await page.getByLabel('Find by event_id').fill('ord_1');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('region', { name: 'Stored events' }).waitFor();
  expect(['Stored', await violationsOn(page)]).toEqual(['Stored', []]);
  await page.getByRole('button', { name: 'ord_1_purchase' }).click();
  await page.getByText('At the relay').waitFor();
  expect(['Trace', await violationsOn(page)]).toEqual(['Trace', []]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
});

test('P-9 all of the console is under 60 kB', () => {
  const sizes = ['index.html', 'console.js', 'console.css'].map(
    (file) => gzipSync(readFileSync(join(import.meta.dirname, '../dist', file)), { level: 9 }).byteLength,
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
});

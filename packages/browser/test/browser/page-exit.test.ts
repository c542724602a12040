import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { clearPage, openClient, purchase, setVisibility, storedMessages } from './page.ts';
import { installPageRelay, silence } from './page-relay.ts';

beforeEach(clearPage);

const heldLocks = async (): Promise<LockInfo[] | undefined> => (await navigator.locks.query()).held;
const patient = { flushAt: 10_000, flushIntervalMs: 60_000 };
const leavePage = (): boolean => dispatchEvent(new PageTransitionEvent('pagehide'));
const heavy = (n: number) =>
  ({
    event: 'generate_lead',
    user_id: 'cust_2048',
    properties: { lead_id: `lead_${n}`, note: 'x'.repeat(10_000) },
  }) as const;

test('P-6 what waits goes out by keepalive when the page is left', () => {
  const relay = installPageRelay();
  const client = openClient(patient);
  for (let n = 0; n < 10; n++) client.capture(purchase(`ord_${n}`));
  leavePage();
  expect(relay.requests).toHaveLength(1);
  expect(relay.requests[0]).toMatchObject({ keepalive: true });
  expect(relay.event_ids).toHaveLength(10);
});

test('P-6 what the page captures as it is hidden goes out with the rest, whoever listens first', () => {
  const relay = installPageRelay();
  const client = openClient(patient);
  const leaving = new AbortController();
  onTestFinished(() => leaving.abort());
  client.capture(purchase('ord_1'));
  document.addEventListener('visibilitychange', () => void client.capture(purchase('ord_2')), {
    signal: leaving.signal,
  });
  setVisibility('hidden');
  expect(relay.event_ids).toEqual(['ord_1_purchase', 'ord_2_purchase']);
});

test('P-6 W-20 an order right after an identify goes out with it when the page is left', () => {
  const relay = installPageRelay();
  const client = openClient(patient);
  client.identify({ user_id: 'cust_2048' });
  client.capture(purchase('ord_1'));
  leavePage();
  expect(relay.requests.map(({ url }) => url)).toEqual(['/tl/api/identify', '/tl/api/capture']);
  expect(relay.event_ids.at(-1)).toBe('ord_1_purchase');
});

test('P-6 two clients of a page stay within 60 KiB together, by priority, and what does not fit stays stored', async () => {
  const relay = installPageRelay();
  relay.answer = silence;
  const clients = [openClient(patient), openClient(patient)];
  clients.forEach((client, c) => {
    for (let n = 0; n < 5; n++) client.capture(heavy(c * 10 + n));
    client.capture(purchase(`ord_${c}`));
  });
  leavePage();
  expect(relay.requests.every(({ keepalive }) => keepalive)).toBe(true);
  expect(relay.requests.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(61_440);
  expect(relay.requests[0]?.event_ids[0]).toBe('ord_0_purchase');
  expect(relay.event_ids.length).toBeLessThan(12);
  await Promise.resolve();
  const texts = storedMessages().map((key) => localStorage.getItem(key) ?? '');
  expect(texts.join('\n').match(/"event_id":/g)).toHaveLength(12);
});

test('people go first, and mere views last, when a page that is left has no room for all', async () => {
  const relay = installPageRelay();
  const client = openClient(patient);
  const note = 'x'.repeat(25_000);
  client.capture({ event: 'page_view', event_id: 'view', properties: { page_url: '/', note } });
  client.capture({
    event: 'add_to_cart',
    event_id: 'cart',
    properties: { value: 1_000, currency: 'EUR', items: [], note },
  });
  client.capture({ event: 'sign_up', event_id: 'sign_up', properties: { note } });
  leavePage();
  expect(relay.event_ids).toEqual(['sign_up', 'cart']);
  // The first has a key of its own, the other two share one.
  await Promise.resolve();
  expect(storedMessages()).toHaveLength(2);
});

test('P-3 a page that is hidden and shown 20 times puts no id on the wire twice', async () => {
  const relay = installPageRelay();
  const client = openClient(patient);
  for (let n = 0; n < 20; n++) {
    client.capture(purchase(`ord_${n}`));
    setVisibility('hidden');
    setVisibility('visible');
  }
  expect(await client.flush()).toMatchObject({ delivered: 20, pending: 0 });
  expect(new Set(relay.event_ids).size).toBe(relay.event_ids.length);
});

test('a page that comes back from the bfcache goes on, as the owner of what it stored', async () => {
  const relay = installPageRelay();
  const client = openClient(patient);
  relay.answer = () => Promise.reject(new TypeError('cut'));
  client.capture(purchase('ord_1'));
  leavePage();
  await expect.poll(heldLocks).toEqual([]);
  relay.answer = undefined;
  dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  await expect.poll(heldLocks).toHaveLength(1);
  client.capture(purchase('ord_2'));
  expect(await client.flush({ timeoutMs: 60_000 })).toMatchObject({ delivered: 2, pending: 0 });
});

test('P-8 a closed client leaves no lock and hears no event of the page', async () => {
  const relay = installPageRelay();
  const client = openClient(patient);
  client.capture(purchase('ord_1'));
  await client.close();
  await expect.poll(heldLocks).toEqual([]);
  const sent = relay.requests.length;
  leavePage();
  setVisibility('visible');
  expect(relay.requests).toHaveLength(sent);
});

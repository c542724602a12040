import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { clearPage, openClient, openTab, purchase, replaceProperty, storedMessages } from './page.ts';
import { installPageRelay, silence } from './page-relay.ts';

beforeEach(clearPage);

test('P-7 an event is in storage when capture returns, and out of it once delivered', async () => {
  installPageRelay();
  const client = openClient();
  client.capture(purchase('ord_1'));
  const [key = ''] = storedMessages();
  expect(key).toMatch(/^tl1:m:[\da-f-]{36}:1$/);
  expect(localStorage.getItem(key)).toContain('"event_id":"ord_1_purchase"');
  await client.flush();
  await expect.poll(storedMessages).toEqual([]);
});

test('P-7 what a killed tab left behind goes out from the next page, in order, under the same ids', async () => {
  const tab = await openTab(`
    for (const order_id of ['ord_1', 'ord_2', 'ord_3'])
      client.capture({ event: 'purchase', user_id: 'cust_1', properties: { order_id, value: 1, currency: 'EUR' } });
  `);
  tab.kill();
  // The first at once, the others of its task by one key.
  expect(storedMessages()).toHaveLength(2);
  const relay = installPageRelay();
  const client = openClient({ flushIntervalMs: 60_000 });
  await expect.poll(() => client.stats()).toMatchObject({ captured: 3, delivered: 3, pending: 0 });
  expect(relay.event_ids).toEqual(['ord_1_purchase', 'ord_2_purchase', 'ord_3_purchase']);
  await expect.poll(storedMessages).toEqual([]);
});

test('P-1 nobody takes over from a tab that lives', async () => {
  await openTab(`
    client.capture({ event: 'purchase', user_id: 'cust_1', properties: { order_id: 'ord_1', value: 1, currency: 'EUR' } });
  `);
  const relay = installPageRelay();
  const client = openClient();
  client.capture(purchase('ord_2'));
  await client.flush();
  expect(relay.event_ids).toEqual(['ord_2_purchase']);
  expect(storedMessages()).toHaveLength(1);
});

test('P-1 of two pages that start at once, one takes the leftovers', async () => {
  const relay = installPageRelay();
  relay.answer = silence;
  const gone = openClient({ flushIntervalMs: 60_000 });
  gone.capture(purchase('ord_1'));
  await gone.close();
  relay.answer = undefined;
  const clients = [openClient(), openClient(), openClient()];
  await expect.poll(() => clients.reduce((sum, client) => sum + client.stats().delivered, 0)).toBe(1);
  expect(clients.reduce((sum, client) => sum + client.stats().captured, 0)).toBe(1);
});

test('an entry that is not a message of ours stands in nobody’s way', async () => {
  localStorage.setItem('tl1:m:gone:1', 'no message');
  localStorage.setItem('tl1:m:gone:2', '1 capture 1 1\n{"event_id":"e","event":');
  localStorage.setItem('tl2:m:gone:1', 'of a newer version');
  const relay = installPageRelay();
  const client = openClient();
  await expect.poll(storedMessages).toEqual([]);
  client.capture(purchase('ord_1'));
  expect((await client.flush()).delivered).toBe(1);
  expect(relay.event_ids).toEqual(['ord_1_purchase']);
  expect(localStorage.getItem('tl2:m:gone:1')).toBe('of a newer version');
});

test('a storage that is full or forbidden is reported once; events go out from memory', async () => {
  const relay = installPageRelay();
  const setItem = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('quota', 'QuotaExceededError');
  });
  onTestFinished(() => setItem.mockRestore());
  const errors: string[] = [];
  const client = openClient({ onError: ({ code }) => errors.push(code) });
  for (const id of ['ord_1', 'ord_2', 'ord_1']) client.capture(purchase(id));
  expect(await client.flush()).toMatchObject({ delivered: 2, duplicate: 1 });
  expect(relay.event_ids).toEqual(['ord_1_purchase', 'ord_2_purchase']);
  expect(errors).toEqual(['storage']);
});

test.for<[string, () => null]>([
  ['is null', () => null],
  [
    'throws',
    () => {
      throw new DOMException('denied', 'SecurityError');
    },
  ],
])('a page whose localStorage %s works from memory, and says so', async ([, get]) => {
  installPageRelay();
  replaceProperty(window, 'localStorage', { get });
  const errors: string[] = [];
  const client = openClient({ onError: ({ code }) => errors.push(code) });
  client.capture(purchase('ord_1'));
  expect((await client.flush()).delivered).toBe(1);
  expect(errors).toEqual(['storage']);
});

test('P-7 without Web Locks, an owner that gave no sign of life for 30 s is gone', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  replaceProperty(navigator, 'locks', { value: undefined });
  const json = (id: string): string => JSON.stringify({ ...purchase(id), event_id: `${id}_purchase` });
  const line = (id: string): string => `1 capture ${Date.now()} 1\n${json(id)}`;
  localStorage.setItem('tl1:alive:dead', String(Date.now() - 30_001));
  localStorage.setItem('tl1:m:dead:1', line('ord_1'));
  localStorage.setItem('tl1:alive:living', String(Date.now() - 29_999));
  localStorage.setItem('tl1:m:living:1', line('ord_2'));
  const relay = installPageRelay();
  const client = openClient();
  await expect.poll(() => client.stats().delivered).toBe(1);
  expect(relay.event_ids).toEqual(['ord_1_purchase']);
  expect(storedMessages()).toEqual(['tl1:m:living:1']);
  expect(localStorage.getItem('tl1:alive:dead')).toBe(null);
});

test('P-1 messages that share a key leave it one by one, as they are settled', async () => {
  const relay = installPageRelay();
  relay.answer = ({ messages }) =>
    Response.json({
      results: messages.map(({ event_id }) => ({
        event_id,
        status: event_id === 'ord_3_purchase' ? 'retry' : 'accepted',
      })),
    });
  const client = openClient({ flushAt: 100 });
  for (const id of ['ord_1', 'ord_2', 'ord_3', 'ord_4']) client.capture(purchase(id));
  await Promise.resolve();
  expect(storedMessages()).toHaveLength(2);
  void client.flush();
  await expect.poll(() => client.stats()).toMatchObject({ delivered: 3, pending: 1 });
  const stored = storedMessages().map((key) => localStorage.getItem(key) ?? '');
  expect(stored.join('\n').match(/"event_id":"\w+"/g)).toEqual(['"event_id":"ord_3_purchase"']);
});

test('P-1 a group that the quota refuses is kept in memory, and reported', async () => {
  installPageRelay().answer = silence;
  const errors: string[] = [];
  const client = openClient({ onError: ({ code }) => errors.push(code), shutdownTimeoutMs: 1, onDrop() {} });
  const { setItem } = Storage.prototype;
  let written = 0;
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(function (this: Storage, key, value) {
    if (key.startsWith('tl1:m:') && ++written > 1) throw new DOMException('quota', 'QuotaExceededError');
    setItem.call(this, key, value);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  for (const id of ['ord_1', 'ord_2', 'ord_3']) client.capture(purchase(id));
  await Promise.resolve();
  expect(errors).toEqual(['storage']);
  // What no store holds ends with its client, and is counted.
  expect(await client.close()).toMatchObject({ dropped: { closed: 2 }, pending: 1 });
});

test('P-1 60 events of 3 kB, and 1,000 purchases, wait in a page and none is dropped', async () => {
  installPageRelay().answer = silence;
  const drops: unknown[] = [];
  const heavy = openClient({ onDrop: (drop) => drops.push(drop), flushIntervalMs: 60_000, flushAt: 2_000 });
  for (let n = 0; n < 60; n++) {
    heavy.capture({ event: 'login', user_id: 'cust_1', properties: { note: 'x'.repeat(3_000) } } as never);
  }
  const many = openClient({ onDrop: (drop) => drops.push(drop), flushIntervalMs: 60_000, flushAt: 2_000 });
  for (let n = 0; n < 1_000; n++) many.capture(purchase(`ord_${n}`));
  expect(drops).toEqual([]);
  expect([heavy.stats().pending, many.stats().pending]).toEqual([60, 1_000]);
});

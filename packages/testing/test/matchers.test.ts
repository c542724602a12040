import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createClient, type Client } from '@tracklayer/core';
import { createHttpTransport } from '@tracklayer/core/http';
import {
  assertCaptured,
  assertCapturedOnce,
  assertIdentified,
  assertNotLeaked,
  createTestRelay,
  paidOrder,
  signUp,
  type TestRelay,
} from '@tracklayer/testing';
import '@tracklayer/testing/vitest';

let relay: TestRelay;
let client: Client;

beforeEach(async () => {
  relay = await createTestRelay();
  client = createClient({ transport: createHttpTransport({ endpoint: relay.endpoint }), flushAt: 1 });
  onTestFinished(async () => {
    vi.useRealTimers();
    await client.close();
    await relay.close();
  });
});

async function arrived(...events: Parameters<Client['capture']>[0][]): Promise<void> {
  for (const event of events) client.capture(event);
  await client.flush();
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'passed',
    (error: Error) => error.message,
  );

test('an event is waited for, by name, fields and some of its properties', async () => {
  client.capture(paidOrder());
  await expect(relay).toHaveCaptured('purchase', { order_id: 'ord_10492', value: expect.any(Number) });
  await expect(relay).toHaveCaptured({ event: 'purchase', user_id: 'cust_2048' });
  await expect(relay).toHaveCapturedOnce('purchase');
  await expect(relay).not.toHaveCaptured('refund');
  await assertCaptured(relay, 'purchase', { items: [{ quantity: 2 }] });
});

test('an amount in cents is shown beside what was expected', async () => {
  await arrived(paidOrder({ properties: { value: 12_995 } }), signUp());
  const work = expect(relay).toHaveCaptured('purchase', { value: 129.95, currency: 'EUR' }, { timeoutMs: 1 });
  expect(await messageOf(work)).toBe(
    [
      'expected purchase to have been captured; the nearest of 2, purchase "ord_10492_purchase":',
      '  properties.value: expected 129.95, got 12995',
    ].join('\n'),
  );
});

test('what is missing is nothing, and every differing path has its line', async () => {
  await arrived(signUp());
  const work = assertCaptured(relay, 'purchase', { order_id: 'ord_1' }, { timeoutMs: 1 });
  expect(await messageOf(work)).toContain(
    '  event: expected "purchase", got "sign_up"\n  properties.order_id: expected "ord_1", got nothing',
  );
});

test('lists are compared whole: a shorter, a longer and a reordered one differ', async () => {
  const items = [
    { item_id: 'lamp', quantity: 2 },
    { item_id: 'bulb', quantity: 1 },
  ];
  await arrived(paidOrder({ properties: { items } }));
  await expect(relay).toHaveCaptured('purchase', { items });
  await expect(relay).toHaveCaptured('purchase', { items: [{ item_id: 'lamp' }, { item_id: 'bulb' }] });
  const other = async (expected: object[]): Promise<string> =>
    messageOf(assertCaptured(relay, 'purchase', { items: expected }, { timeoutMs: 1 }));
  expect(await other([items[0]!])).toContain('  properties.items.length: expected 1, got 2');
  expect(await other([...items, {}])).toContain('  properties.items.length: expected 3, got 2');
  expect(await other(items.toReversed())).toContain(
    '  properties.items.0.item_id: expected "bulb", got "lamp"',
  );
  expect(await other([])).toContain('  properties.items.length: expected 0, got 2');
});

test('W-12 a rejected event says why it was not counted', async () => {
  const broken = {
    ...paidOrder(),
    event_id: 'ord_1_purchase',
    properties: { order_id: 'ord_1', value: 129.95 },
  };
  await fetch(`${relay.endpoint}/api/capture`, { method: 'POST', body: JSON.stringify(broken) });
  const message = await messageOf(assertCaptured(relay, 'purchase', undefined, { timeoutMs: 1 }));
  expect(message).toContain('purchase "ord_1_purchase":\n  it was rejected: properties.currency is missing');
});

test('silence is explained: no request, or faults only', async () => {
  expect(await messageOf(assertCaptured(relay, 'purchase', {}, { timeoutMs: 1 }))).toContain(
    'no request reached the relay',
  );
  relay.answer(401);
  await fetch(`${relay.endpoint}/api/capture`, { method: 'POST', body: '{}' });
  expect(await messageOf(assertCaptured(relay, 'purchase', {}, { timeoutMs: 1 }))).toContain(
    '1 of them met a scripted fault',
  );
});

test('P-3 once means one event_id: a repeat passes, a second order does not', async () => {
  await arrived(paidOrder(), paidOrder());
  await assertCapturedOnce(relay, 'purchase');
  await arrived(paidOrder({ properties: { order_id: 'ord_2' } }));
  await expect(relay).toHaveCapturedOnce('purchase', { order_id: 'ord_2' });
  const work = expect(relay).toHaveCapturedOnce('purchase', {}, { timeoutMs: 1 });
  expect(await messageOf(work)).toBe('expected one such purchase, got 2: ord_10492_purchase, ord_2_purchase');
});

test('W-17 traits are those of all identifies; null removes one', async () => {
  client.identify({
    user_id: 'cust_2048',
    traits: { plan: 'pro', tier: 'gold' },
    occurred_at: '2026-01-01T10:00:00Z',
  });
  client.identify({
    user_id: 'cust_2048',
    traits: { plan: 'free', tier: null },
    occurred_at: '2026-01-02T10:00:00Z',
  });
  await client.flush();
  await expect(relay).toHaveIdentified('cust_2048', { plan: 'free' });
  await assertIdentified(relay, 'cust_2048');
  const work = assertIdentified(relay, 'cust_2048', { tier: 'gold' }, { timeoutMs: 1 });
  expect(await messageOf(work)).toContain('traits.tier: expected "gold", got nothing');
});

test.each([
  ['an e-mail address', { note: 'write to ada@example.com' }, []],
  ['an e-mail address', { page: 'https://shop.example/thanks?mail=ada%40example.com' }, []],
  ['a phone number', { note: 'call +49 151 2345678' }, []],
  ['a phone number', { note: 'call (555) 123-4567' }, []],
  ['a given value', { note: 'for ADA lovelace' }, ['Ada Lovelace']],
  ['a given value', { note: '49 151/2345678, 4915123456' }, ['4915123456']],
])('P-5 %s in a property is a leak: %o', async (looksLike, properties, values) => {
  // Not by a client: it lets no e-mail address out (docs/wire.md W-18).
  const body = JSON.stringify({ ...paidOrder({ properties }), event_id: 'ord_1_purchase' });
  await fetch(`${relay.endpoint}/api/capture`, { method: 'POST', body });
  expect(relay).toHaveLeaked(values);
  let message = '';
  try {
    assertNotLeaked(relay, values);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toMatch(new RegExp(`request 1, properties.(note|page): ${looksLike}$`));
  expect(message).not.toMatch(/ada|151|555/i);
});

test('P-5 ids, hashes, times and amounts are not a leak', async () => {
  await arrived(
    paidOrder({ properties: { order_id: '5551234567', coupon: '018f3c2e-4567-7abc-8def-0123456789ab' } }),
    signUp({ properties: { token: '0123456789abcdef'.repeat(4) } }),
  );
  expect(relay).not.toHaveLeaked(['ada@example.com', '']);
});

test('a wait ends under fake timers too', async () => {
  vi.useFakeTimers();
  expect(await messageOf(assertCaptured(relay, 'purchase', {}, { timeoutMs: 1 }))).toContain('no request');
});

test('anything but a relay is refused', async () => {
  await expect(expect({ events: [] }).toHaveCaptured('purchase')).rejects.toThrow('pass the relay itself');
});

test('an event that nobody named is refused: it would match them all', async () => {
  await arrived(paidOrder());
  for (const event of [undefined, '', { user_id: 'cust_2048' }]) {
    await expect(assertCaptured(relay, event as never)).rejects.toThrow("pass the event's name");
  }
});

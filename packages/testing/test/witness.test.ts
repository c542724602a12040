import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createClient, defineRegistry, type Client, type ClientOptions } from '@tracklayer/core';
import { createHttpTransport } from '@tracklayer/core/http';
import { createNodeClient } from '@tracklayer/node';
import { createTestRelay, installFakeHeap, paidOrder, signUp, type TestRelay } from '@tracklayer/testing';
import '@tracklayer/testing/vitest';
import { promoteHeap } from '../../browser/src/index.ts';

let relay: TestRelay;

beforeEach(async () => {
  relay = await createTestRelay();
  onTestFinished(() => relay.close());
});

/** A client as an app makes it: it sends when its interval is over. */
function appClient(options: Partial<ClientOptions> = {}): Client {
  const transport = createHttpTransport({ endpoint: relay.endpoint });
  const client = createClient({ transport, flushIntervalMs: 3_600_000, ...options });
  onTestFinished(async () => void (await client.close()));
  return client;
}

const briefly = { timeoutMs: 50 };

async function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'it passed',
    (error: Error) => error.message,
  );
}

test('a matcher asks the clients to send, and does not wait for their interval', async () => {
  const client = appClient();
  client.capture(paidOrder());
  await expect(relay).toHaveCapturedOnce('purchase', { order_id: 'ord_10492' });
  client.identify({ user_id: 'cust_2048' });
  await expect(relay).toHaveIdentified('cust_2048');
});

test('what is captured while a matcher waits arrives too', async () => {
  const client = appClient();
  client.capture(signUp());
  const work = expect(relay).toHaveCaptured('purchase');
  await relay.until(() => relay.events.length > 0);
  client.capture(paidOrder());
  await work;
});

test('a client that is older than the relay is asked, too', async () => {
  const client = createNodeClient({ endpoint: relay.endpoint, flushIntervalMs: 3_600_000 });
  onTestFinished(async () => void (await client.close()));
  const next = await createTestRelay();
  onTestFinished(() => next.close());
  client.capture(paidOrder());
  await expect(next).toHaveCaptured('purchase');
});

test('under fake timers a matcher still waits and asks', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  appClient().capture(paidOrder());
  await expect(relay).toHaveCaptured('purchase');
  await expect(relay).not.toHaveCaptured('refund');
});

test('`.not` waits until nothing more is on its way', async () => {
  const client = appClient();
  client.capture(paidOrder());
  relay.slow(200);
  expect(await failureOf(expect(relay).not.toHaveCaptured('purchase'))).toBe(
    'expected no such purchase, but ord_10492_purchase was captured',
  );
  await expect(relay).not.toHaveCaptured('refund');
});

test('P-3 a second purchase that comes later is seen by toHaveCapturedOnce', async () => {
  const client = appClient({ flushAt: 1 });
  client.capture(paidOrder());
  await relay.until(() => relay.events.length === 1);
  client.capture(paidOrder({ properties: { order_id: 'ord_2' } }));
  expect(await failureOf(expect(relay).toHaveCapturedOnce('purchase'))).toBe(
    'expected one such purchase, got 2: ord_10492_purchase, ord_2_purchase',
  );
});

describe('toHaveCapturedOnly', () => {
  test('holds for these events in any order, each by a name or by fields', async () => {
    const client = appClient();
    client.capture(paidOrder({ properties: { order_id: 'ord_1' } }));
    client.capture(paidOrder({ properties: { order_id: 'ord_2' } }));
    client.capture(signUp());
    await expect(relay).toHaveCapturedOnly([
      'sign_up',
      'purchase',
      { event: 'purchase', properties: { order_id: 'ord_1' } },
    ]);
    await expect(relay).not.toHaveCapturedOnly(['sign_up', 'purchase']);
  });

  test('names what else arrived, and what is missing', async () => {
    const client = appClient();
    client.capture(paidOrder());
    client.capture(signUp());
    expect(await failureOf(expect(relay).toHaveCapturedOnly(['purchase']))).toBe(
      'expected only purchase to have been captured:\n  also captured: sign_up "cust_2048_sign_up"',
    );
    const message = await failureOf(expect(relay).toHaveCapturedOnly(['purchase', 'refund'], briefly));
    expect(message).toContain(
      'expected only purchase, refund to have been captured; refund is missing; the nearest',
    );
    expect(message).toContain('  also captured: sign_up "cust_2048_sign_up"');
  });

  test('an empty list says that nothing arrives at all', async () => {
    await expect(relay).toHaveCapturedOnly([]);
    appClient().capture(signUp());
    await expect(relay).not.toHaveCapturedOnly([]);
  });
});

describe('when nothing arrived, the failure says why:', () => {
  test('no client was there, or none captured', async () => {
    expect(await failureOf(expect(relay).toHaveCaptured('purchase', {}, briefly))).toBe(
      'expected purchase to have been captured; no request reached the relay\n' +
        '  no client captured anything since the relay was made',
    );
  });

  test('the client refused it, for a reason', async () => {
    appClient().capture({
      event: 'purchase',
      user_id: 'cust_2048',
      properties: { order_id: 'ord_1' },
    } as never);
    expect(await failureOf(expect(relay).toHaveCaptured('purchase', {}, briefly))).toMatch(
      /\n {2}the client refused purchase: \[invalid_event\] .*properties\.value/,
    );
  });

  test('it waits for consent', async () => {
    appClient({ consent: 'pending' }).capture(paidOrder());
    expect(await failureOf(expect(relay).toHaveCaptured('purchase', {}, briefly))).toContain(
      '\n  1 event waits for consent: call setConsent() with what the person granted',
    );
  });

  test('it waits to be sent', async () => {
    relay.answer(503).times(Infinity);
    appClient({ shutdownTimeoutMs: 1 }).capture(paidOrder());
    expect(await failureOf(expect(relay).toHaveCaptured('purchase', {}, { timeoutMs: 500 }))).toContain(
      '\n  1 event waits to be sent; the last request met a scripted fault',
    );
  });

  test('the client sent this order before', async () => {
    const client = appClient();
    client.capture(paidOrder());
    await relay.settled();
    relay.reset();
    client.capture(paidOrder());
    expect(await failureOf(expect(relay).toHaveCaptured('purchase', {}, briefly))).toContain(
      'a client settled 1 by itself as a duplicate: it sends no event_id twice',
    );
  });

  test('P-10 a repeat of an event that arrived is not named as a cause', async () => {
    const client = appClient();
    client.capture(paidOrder());
    client.capture(paidOrder());
    expect(await failureOf(expect(relay).toHaveCapturedOnce('purchase', { value: 1 }, briefly))).toBe(
      'expected purchase to have been captured once; the nearest, purchase "ord_10492_purchase":\n' +
        '  properties.value: expected 1, got 129.95',
    );
  });

  test.each<[string, unknown[], string]>([
    [
      'its label is nearly one of the registry',
      ['order completed'],
      'Heap saw "order completed", which no entry of the registry names: it probably meant "Order Completed"',
    ],
    ['its label is unknown', ['Paid'], 'Heap saw "Paid", which no entry of the registry names'],
    [
      'its label lacks a property',
      ['Order Completed', { order_id: 'ord_1', value: 1 }],
      'Heap saw "Order Completed", which lacks currency',
    ],
    ['its entry is a draft', ['Order Refunded'], 'Heap saw "Order Refunded", whose entry is a draft'],
  ])('it was left in Heap: %s', async (_, args, reason) => {
    const registry = defineRegistry([
      {
        source: 'heap',
        source_event: 'Order Completed',
        canonical_event: 'purchase',
        status: 'approved',
        required_properties: ['order_id', 'value', 'currency'],
      },
      { source: 'heap', source_event: 'Order Refunded', canonical_event: 'refund', status: 'draft' },
    ]);
    const window = {};
    const heap = installFakeHeap({ generation: 'sdk5', window });
    const pageClient = {
      ...appClient(),
      consent: () => 'open' as const,
      isAllowed: () => true,
      onConsent: () => () => {},
      anonymousId: () => 'anon_1',
      userId: () => undefined,
      reset() {},
    };
    const promotion = promoteHeap(pageClient, { registry, window });
    onTestFinished(() => promotion.stop());
    await heap.load();
    (window as { heap: { track(...given: unknown[]): void } }).heap.track(...args);
    const message = await failureOf(expect(relay).toHaveCaptured('purchase', {}, briefly));
    expect(message).toContain(`\n  ${reason}`);
  });
});

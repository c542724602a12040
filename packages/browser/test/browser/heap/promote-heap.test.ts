import { describe, expect, test, vi } from 'vitest';
import { defineRegistry, promoteHeap, type PromotingClient, type HeapDrift } from '../../../src/index.ts';
import { generations, order, pageWith } from './heap-page.ts';

const fresh = (): void => {};

describe.each(generations)('P-5 promoteHeap with $name', (options) => {
  test('sends mapped properties only, with their types, from the call’s own arguments', async () => {
    const { captured, place } = await pageWith(options, 'after load');
    place('ord_1');
    expect(captured[0]).toMatchObject({
      event: 'purchase',
      source: 'heap',
      properties: { order_id: 'ord_1', value: 129.95, currency: 'EUR' },
    });
    expect(captured[0]!.properties).not.toHaveProperty('note');
  });

  test('dates an event by its call, not by the drain', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-05-01T10:00:00Z') });
    const { heap, captured, place } = await pageWith(options, 'before snippet');
    place('ord_1');
    vi.advanceTimersByTime(60_000);
    await heap.load();
    vi.useRealTimers();
    expect(captured.map(({ occurred_at }) => occurred_at)).toEqual([Date.parse('2026-05-01T10:00:00Z')]);
  });

  test('carries Heap’s ids of the moment of the call, and asks no stub', async () => {
    const { heap, captured, place } = await pageWith(options, 'before snippet');
    place('ord_1');
    const queued = (window as { heapReadyCb?: unknown[] }).heapReadyCb?.length ?? 1;
    expect(queued).toBe(1);
    await heap.load();
    window.heap['identify']!('cust_1');
    const { userId } = heap;
    place('ord_2');
    window.heap['identify']!('cust_2');
    expect(heap.userId).not.toBe(userId);
    expect(captured[0]!.context).toBeUndefined();
    expect(captured[1]!.context).toMatchObject({ heap: { user_id: userId } });
  });

  test('counts what became of each call, and reports drift once', async () => {
    const onDrift = vi.fn<(drift: object) => void>();
    const { heap, promotion, place } = await pageWith(options, 'before snippet', fresh, { onDrift });
    await heap.load();
    place('ord_1');
    const { track } = window.heap;
    track!('Order completed', order('ord_2'));
    track!('Order Completed items item', order('ord_2'));
    track!('Signed Up', { email: 'ada@example.com' });
    track!('Order Completed', { orderId: 'ord_3' });
    const unreadable = {
      get orderId(): string {
        throw new Error('a getter of the page');
      },
    };
    expect(() => track!('Order Completed', unreadable)).toThrow('a getter of the page');
    expect(promotion.stats()).toEqual({
      seen: 6,
      promoted: 1,
      unmapped: 2,
      draft: 1,
      missing: 2,
      unmet: 0,
      failed: 0,
      adopted: 0,
    });
    expect(onDrift.mock.calls).toEqual([
      [
        {
          kind: 'near_miss',
          source_event: 'Order completed',
          canonical_event: 'purchase',
          expected: 'Order Completed',
        },
      ],
      [
        {
          kind: 'missing',
          source_event: 'Order Completed',
          canonical_event: 'purchase',
          missing: ['value', 'currency'],
        },
      ],
    ]);
  });

  test('warns of drift on the console when nobody listens, with names only', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const { heap } = await pageWith(options, 'before snippet');
    await heap.load();
    const { track } = window.heap;
    for (let call = 0; call < 2; call++) {
      track!('Order completed', order('ord_2'));
      track!('Order Completed', { orderId: 'ord_3', total: 5 });
      track!('Coupon Opened');
    }
    const lines = warn.mock.calls.map((said) => said.flat().join(' '));
    warn.mockRestore();
    expect(lines).toEqual([
      'TrackLayer [drift] Order completed (purchase) is not sent. No entry has this label; did you mean Order Completed',
      'TrackLayer [drift] Order Completed (purchase) is not sent. The call lacks, or has in a form that cannot be read currency',
    ]);
  });

  test.each([
    'undefined',
    'Guest',
    'NULL',
    '',
    '0',
    'NaN',
    '[object Object]',
    '{{ customer.email }}',
    undefined,
    null,
    true,
    0,
  ])('W-19 does not pass on the identity %j', async (id) => {
    const { heap, said } = await pageWith(options, 'before snippet');
    await heap.load();
    window.heap['identify']!(id);
    expect(said).toEqual([]);
  });

  test('identifies once per person, by number too', async () => {
    const { heap, said } = await pageWith(options, 'before snippet');
    window.heap['identify']!(123);
    await heap.load();
    window.heap['identify']!('123');
    window.heap['identify']!('cust_2');
    expect(said).toEqual(['identify 123', 'identify cust_2']);
  });

  test('forgets the person with Heap, once', async () => {
    const { heap, said } = await pageWith(options, 'before snippet');
    await heap.load();
    window.heap['resetIdentity']!();
    expect(said).toEqual([]);
    window.heap['identify']!('cust_1');
    window.heap['resetIdentity']!();
    window.heap['resetIdentity']!();
    window.heap['identify']!('cust_1');
    expect(said).toEqual(['identify cust_1', 'reset', 'identify cust_1']);
  });

  test('leaves identity alone when asked to', async () => {
    const { said } = await pageWith(options, 'after load', fresh, { identify: false });
    window.heap['identify']!('cust_1');
    window.heap['resetIdentity']!();
    expect(said).toEqual([]);
  });
});

test('a deprecated entry promotes, and reports its last day once per load', async () => {
  const drifts: HeapDrift[] = [];
  const deprecated = defineRegistry([
    {
      source: 'heap',
      source_event: 'Signed In',
      canonical_event: 'login',
      status: 'deprecated',
      deprecated_until: '2999-12-31',
      properties: { age: { path: 'age', cast: 'number' } },
    },
  ]);
  const { heap, promotion } = await pageWith({ generation: 'sdk5' }, 'before snippet', fresh, {
    registry: deprecated,
    onDrift: (drift) => void drifts.push(drift),
  });
  await heap.load();
  const { track } = window.heap;
  track!('Signed In');
  track!('Signed In', { age: '12 years' });
  track!('Signed In', { age: 'thirteen' });
  expect(promotion.stats()).toMatchObject({ seen: 3, promoted: 3 });
  expect(drifts).toEqual([
    {
      kind: 'deprecated',
      source_event: 'Signed In',
      canonical_event: 'login',
      deprecated_until: '2999-12-31',
    },
    { kind: 'uncast', source_event: 'Signed In', canonical_event: 'login', uncast: ['age'] },
  ]);
});

test('W-19 the hash of SDK 5’s identifyHashed is nobody’s id', async () => {
  const { heap, said } = await pageWith({ generation: 'sdk5' }, 'before snippet');
  await heap.load();
  await window.heap['identifyHashed']!('cust_1');
  expect(heap.identity).toMatch(/^[0-9a-f]{64}$/);
  expect(said).toEqual([]);
});

test.each([{}, { registry: [] }, { registry: { entries: [] } }])(
  'set-up without a registry is refused at once: %j',
  (options) => {
    const before = Object.getOwnPropertyDescriptor(window, 'heap');
    expect(() => promoteHeap({} as PromotingClient, options as never)).toThrow(
      '[invalid_registry] pass what defineRegistry returns',
    );
    expect(Object.getOwnPropertyDescriptor(window, 'heap')).toEqual(before);
  },
);

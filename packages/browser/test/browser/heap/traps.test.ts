import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { defineRegistry, heapGuideRegistry } from '@tracklayer/core';
import { promoteHeap } from '../../../src/heap/promotion/promote-heap.ts';
import { clearPage, openClient } from '../page.ts';
import { installPageRelay } from '../page-relay.ts';
import { generations, order, pageWith, type PageHeap } from './heap-page.ts';
import { installFakeHeap } from '../../../../testing/src/fake-heap/index.ts';

const fresh = (): void => {};

describe.each(generations)('P-4 a page of $name', (options) => {
  test('sees Heap’s own error, after the event is ours', async () => {
    const { heap, said, place } = await pageWith(options, 'before snippet');
    await heap.load();
    expect(() => window.heap['track']!('Order Completed', { ...order('ord_1'), fee: 1n })).toThrow(TypeError);
    place('ord_2');
    expect(said).toEqual(['capture ord_1', 'capture ord_2']);
  });

  test('keeps working when the client or a callback throws', async () => {
    const onDrift = (): never => {
      throw new Error('a callback of the app');
    };
    const { heap, promotion, place } = await pageWith(options, 'after load', fresh, { onDrift });
    expect(window.heap['track']!('Order Completed', {})).toBeUndefined();
    expect(place('broken')).toBeUndefined();
    expect(place('refused')).toBeUndefined();
    expect(heap.calls).toHaveLength(3);
    expect(promotion.stats()).toMatchObject({ seen: 3, missing: 1, failed: 2 });
  });

  test('may run the snippet again: later events reach both', async () => {
    const { heap, said, place } = await pageWith(options, 'before snippet');
    await heap.load();
    heap.snippet();
    await heap.load();
    place('ord_1');
    expect(said).toEqual(['capture ord_1']);
    expect(heap.calls.map(({ args }) => args[0])).toEqual(['Order Completed']);
  });

  test('may run the snippet again before the library came', async () => {
    const { heap, said, place } = await pageWith(options, 'before snippet');
    place('ord_1');
    heap.snippet();
    place('ord_2');
    await heap.load();
    expect(said).toEqual(['capture ord_1', 'capture ord_2']);
    expect(heap.calls).toHaveLength(2);
  });

  test('may keep a stub: a late call through it reaches both', async () => {
    const { heap, said } = await pageWith(options, 'before snippet');
    const { track } = window.heap;
    await heap.load();
    track!('Order Completed', order('ord_1'));
    expect(said).toEqual(['capture ord_1']);
    expect(heap.calls).toHaveLength(1);
  });

  test('may keep a stub of before us: its queued call counts once, at the drain', async () => {
    let track = window.heap?.['track'];
    const { heap, said } = await pageWith(options, 'before load', () => ({ track } = window.heap));
    track!('Order Completed', order('ord_1'));
    await heap.load();
    expect(said).toEqual(['capture ord_1']);
    expect(heap.calls).toHaveLength(1);
  });

  test('may put its own function around track, and take it off again', async () => {
    const { heap, said, place } = await pageWith(options, 'after load');
    const { track } = window.heap;
    window.heap['track'] = (...args: unknown[]) => track!(...args);
    place('ord_1');
    window.heap['track'] = track!;
    place('ord_2');
    expect(said).toEqual(['capture ord_1', 'capture ord_2']);
    expect(heap.calls).toHaveLength(2);
  });

  test('may put a copy of the whole object in its place', async () => {
    const { heap, said, place } = await pageWith(options, 'after load');
    window.heap = { ...window.heap };
    place('ord_1');
    expect(said).toEqual(['capture ord_1']);
    expect(heap.calls).toHaveLength(1);
  });

  test('may have a blocked CDN: all calls are captured', async () => {
    const { heap, said, place } = await pageWith(options, 'before load', ({ place: early }) =>
      early('ord_1'),
    );
    heap.block();
    await heap.load();
    place('ord_2');
    window.heap['identify']!('cust_1');
    expect(said).toEqual(['capture ord_1', 'capture ord_2', 'identify cust_1']);
  });

  test('may track without a name: Heap gets it as it is', async () => {
    const { heap, promotion, said } = await pageWith(options, 'before snippet');
    await heap.load();
    window.heap['track']!();
    window.heap['track']!(undefined, order('ord_1'));
    expect(heap.calls.map(({ args }) => args)).toEqual([[], [undefined, order('ord_1')]]);
    expect(said).toEqual([]);
    expect(promotion.stats()).toMatchObject({ seen: 2, unmapped: 2 });
  });

  test('may have two hooks: each sees each call once', async () => {
    const { heap, said, place } = await pageWith(options, 'before snippet');
    const second = await pageWith({ ...options, snippet: false }, 'before snippet');
    place('ord_1');
    await heap.load();
    place('ord_2');
    expect(said).toEqual(['capture ord_1', 'capture ord_2']);
    expect(second.said).toEqual(said);
    expect(heap.calls).toHaveLength(2);
  });

  test('may have replaced Array.prototype.push', async () => {
    const push = vi.spyOn(Array.prototype, 'push');
    const { heap, said, place } = await pageWith(options, 'before snippet');
    place('ord_1');
    await heap.load();
    push.mockRestore();
    expect(said).toEqual(['capture ord_1']);
  });

  const asVendor = (heap: PageHeap): PageHeap =>
    new Proxy(heap, {
      get: (target, name: string) =>
        typeof target[name] === 'function'
          ? (...args: unknown[]) => target[name]!(...args)
          : Reflect.get(target, name),
    });

  test.each(['before', 'after'] as const)(
    'may put a proxy round Heap %s us: each call is seen once',
    async (when) => {
      const { heap, said, place } = await pageWith(options, 'after load', async (page) => {
        await page.heap.load();
        if (when === 'before') window.heap = asVendor(window.heap);
      });
      if (when === 'after') window.heap = asVendor(window.heap);
      place('ord_1');
      place('ord_2');
      expect(said).toEqual(['capture ord_1', 'capture ord_2']);
      expect(heap.calls).toHaveLength(2);
    },
  );

  test('may keep its global from being written between snippet and library: nothing is queued twice', async () => {
    const { heap, place } = await pageWith(options, 'before load', (page) => {
      page.place('ord_1');
      let shown = window.heap;
      Object.defineProperty(window, 'heap', {
        configurable: true,
        get: () => shown,
        set(next: PageHeap) {
          if ('identify' in next) shown = next;
        },
      });
    });
    await heap.load();
    place('ord_2');
    expect(heap.calls).toHaveLength(2);
  });

  test('may freeze Heap: nothing breaks', async () => {
    const { heap, place } = await pageWith(options, 'before snippet');
    await heap.load();
    window.heap = Object.freeze({ ...window.heap });
    expect(place('ord_1')).toBeUndefined();
    expect(heap.calls).toHaveLength(1);
  });
});

test('P-3 autocapture that SDK 5 leads through track is left alone', async () => {
  const { heap, promotion } = await pageWith({ generation: 'sdk5' }, 'before snippet');
  await heap.load();
  document.body.click();
  heap.flush();
  expect(heap.events).toMatchObject([{ event: 'heap_autotrack' }]);
  expect(promotion.stats().seen).toBe(0);
});

test('P-3 events are captured when an unknown entry keeps classic from starting', async () => {
  const { heap, said, place } = await pageWith(
    { generation: 'classic' },
    'before load',
    ({ place: early }) => {
      early('ord_1');
      (window.heap as unknown as unknown[]).push(['hello']);
    },
  );
  place('ord_2');
  await heap.load();
  place('ord_3');
  place('ord_3');
  expect(heap.isStarted).toBe(false);
  expect(said).toEqual(['capture ord_1', 'capture ord_2', 'capture ord_3', 'capture ord_3']);
});

test('P-3 equal calls after a drain that broke off are not replays', async () => {
  const { heap, said } = await pageWith({ generation: 'classic' }, 'before snippet');
  const poisoned = { ...order('ord_1'), fee: 1n };
  window.heap['track']!('Order Completed', poisoned);
  await heap.load();
  expect(heap.errors).toHaveLength(1);
  expect(() => window.heap['track']!('Order Completed', poisoned)).toThrow(TypeError);
  expect(said).toEqual(['capture ord_1', 'capture ord_1']);
});

test('P-3 both snippets on one page: what Heap loses is captured', async () => {
  const { heap, said, place } = await pageWith({ generation: 'classic' }, 'before snippet');
  const other = installFakeHeap({ generation: 'sdk5' });
  place('ord_1');
  await heap.load();
  await other.load();
  place('ord_2');
  expect(heap.calls.map(({ args }) => (args[1] as { orderId: string }).orderId)).toEqual(['ord_2']);
  expect(said).toEqual(['capture ord_1', 'capture ord_2']);
  other.uninstall();
});

describe.each(generations)('P-5 of $name', (options) => {
  test('trap 9: values are read of the call, with their types, where Heap keeps text only', async () => {
    const items = [{ item_id: 'sku-1', quantity: 2, price: 12.5 }];
    const registry = defineRegistry([
      { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
    ]);
    const { heap, captured } = await pageWith(options, 'before snippet', fresh, { registry });
    const properties = { order_id: 'ord_1', value: 25, currency: 'EUR', items };
    window.heap['track']!('Order Completed', properties);
    await heap.load();
    window.heap['track']!('Order Completed', properties);
    expect(captured.map((event) => event.properties)).toEqual([properties, properties]);
  });

  test('trap 14: cookies of Heap are not asked who this is', async () => {
    const stale = encodeURIComponent(JSON.stringify({ userId: '1', sessionId: '2', identity: 'cust_0' }));
    const names = ['_hp2_id.4096', '_hp5_meta.4096'];
    for (const name of names) document.cookie = `${name}=${stale}; Path=/`;
    const { heap, captured, identified, place } = await pageWith(options, 'after load');
    place('ord_1');
    for (const name of names) document.cookie = `${name}=; Max-Age=0; Path=/`;
    place('ord_2');
    for (const { context } of captured) expect(context?.heap).toMatchObject({ user_id: heap.userId });
    expect(identified).toEqual([]);
  });

  test('trap 18: Heap on the page is not consent', async () => {
    const relay = installPageRelay();
    clearPage();
    const client = openClient({ consent: 'pending', flushAt: 1 });
    const { heap, promotion } = await pageWith({ ...options, snippet: false }, 'never');
    const { stop } = promoteHeap(client, { registry: heapGuideRegistry(), stampHeapUser: true });
    heap.snippet();
    await heap.load();
    const properties = { order_id: 'ord_1', value: 25, currency: 'EUR' };
    window.heap['startTracking']?.();
    window.heap['track']!('Order Completed', properties);
    expect(relay.requests).toEqual([]);
    expect(Object.keys(localStorage)).toEqual([]);
    client.setConsent({ analytics: 'denied', ad_user_data: 'denied' });
    window.heap['track']!('Order Completed', { ...properties, order_id: 'ord_2' });
    expect(client.stats()).toMatchObject({ pending: 0, dropped: { consent: 2 } });
    expect(heap.calls.map(({ method }) => method)).not.toContain('addUserProperties');
    stop();
    promotion.stop();
  });
});

test.each(['before us', 'after us'])(
  'P-4 a heap whose track throws when it is read, set %s, is the page’s own',
  (when) => {
    clearPage();
    const page = window as { heap?: unknown };
    const set = (): void => {
      page.heap = {
        get track(): never {
          throw new Error('of the page');
        },
      };
    };
    onTestFinished(() => void delete page.heap);
    if (when === 'before us') set();
    const { stop } = promoteHeap(openClient({}), { registry: heapGuideRegistry() });
    onTestFinished(stop);
    expect(set).not.toThrow();
    expect(() => (page.heap as { track: unknown }).track).toThrow('of the page');
  },
);

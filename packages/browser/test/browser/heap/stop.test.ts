import { describe, expect, test, vi } from 'vitest';
import { generations, order, pageWith } from './heap-page.ts';

const names = ['track', 'identify', 'resetIdentity'];

describe.each(generations)('P-4 stop with $name', (options) => {
  test('puts plain properties back, with Heap’s own functions', async () => {
    const before: unknown[] = [];
    const { heap, promotion, said, place } = await pageWith(options, 'before load', () => {
      before.push(...names.map((name) => window.heap[name]));
    });
    const stub = window.heap;
    await heap.load();
    promotion.stop();
    expect(Object.getOwnPropertyDescriptor(window, 'heap')).toEqual({
      value: window.heap,
      writable: true,
      enumerable: true,
      configurable: true,
    });
    for (const object of [stub, window.heap]) {
      for (const name of names) {
        expect(Object.getOwnPropertyDescriptor(object, name)).toHaveProperty('value');
      }
    }
    expect(names.map((name) => stub[name])).toEqual(before);
    place('ord_1');
    expect(said).toEqual([]);
    expect(heap.calls).toHaveLength(1);
  });

  test('leaves no trace on a page without Heap', async () => {
    const { heap, promotion } = await pageWith({ ...options, snippet: false }, 'before snippet');
    promotion.stop();
    expect('heap' in window).toBe(false);
    heap.snippet();
    await heap.load();
    expect(heap.isStarted).toBe(true);
  });

  test('in the order of installation, too, leaves nothing of two hooks', async () => {
    const { heap, promotion, place } = await pageWith(options, 'before snippet');
    const second = await pageWith({ ...options, snippet: false }, 'before snippet');
    await heap.load();
    promotion.stop();
    place('ord_1');
    second.promotion.stop();
    expect(Object.getOwnPropertyDescriptor(window, 'heap')).toHaveProperty('value');
    for (const name of names) {
      expect(Object.getOwnPropertyDescriptor(window.heap, name)).toHaveProperty('value');
    }
    expect(heap.calls).toHaveLength(1);
  });

  test.each(['before snippet', 'before load'] as const)(
    'and another hook, installed %s, as of a component that mounts again: what is queued is captured once (P-3)',
    async (when) => {
      const { heap, promotion, said, place } = await pageWith(options, when, (page) => page.place('ord_1'));
      promotion.stop();
      place('ord_2');
      const second = await pageWith({ ...options, snippet: false }, 'before snippet');
      second.place('ord_3');
      await heap.load();
      second.place('ord_4');
      expect(said).toEqual(['capture ord_1']);
      expect(second.said).toEqual(['capture ord_2', 'capture ord_3', 'capture ord_4']);
      expect(heap.calls).toHaveLength(4);
    },
  );

  test('throws nothing where the page froze Heap, and hears nothing any more', async () => {
    const { heap, promotion, said, place } = await pageWith(options, 'after load');
    Object.freeze(window.heap);
    place('ord_1');
    promotion.stop();
    place('ord_2');
    expect(said).toEqual(['capture ord_1']);
    expect(heap.calls).toHaveLength(2);
    expect(Object.getOwnPropertyDescriptor(window, 'heap')).toHaveProperty('value');
  });

  test('between snippet and library lets the queue through', async () => {
    const { heap, promotion, said, place } = await pageWith(options, 'before snippet');
    place('ord_1');
    promotion.stop();
    await heap.load();
    expect(said).toEqual(['capture ord_1']);
    expect(heap.calls).toHaveLength(1);
  });
});

describe.each(generations)('P-3 `var heap` of $name', (options) => {
  const pageOfItsOwn = (): Window & { eval(code: string): unknown } => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    return frame.contentWindow as never;
  };

  test('before us: methods are wrapped in place, the library is found by looking', async () => {
    vi.useFakeTimers();
    const page = pageOfItsOwn();
    page.eval('var heap');
    const { heap, promotion, said, place } = await pageWith(
      { ...options, window: page },
      'before load',
      (early) => early.place('ord_1'),
    );
    place('ord_2');
    await heap.load();
    vi.advanceTimersByTime(50);
    place('ord_3');
    expect(said).toEqual(['capture ord_1', 'capture ord_2', 'capture ord_3']);
    expect(heap.calls).toHaveLength(3);
    promotion.stop();
    expect(vi.getTimerCount()).toBe(options.generation === 'sdk5' ? 1 : 0);
    place('ord_4');
    expect(said).toHaveLength(3);
    vi.useRealTimers();
    page.frameElement?.remove();
  });

  test('a global that cannot be written breaks nothing', async () => {
    const page = pageOfItsOwn();
    const { said, promotion } = await pageWith({ ...options, window: page }, 'before load', ({ place }) => {
      place('ord_1');
      Object.defineProperty(page, 'heap', { writable: false, configurable: false });
    });
    page.heap['track']!('Order Completed', order('ord_2'));
    expect(said.at(-1)).toBe('capture ord_2');
    promotion.stop();
    page.frameElement?.remove();
  });

  test('after us: it is seen like any other', async () => {
    const page = pageOfItsOwn();
    const { heap, said, place } = await pageWith(
      { ...options, window: page, snippet: false },
      'before snippet',
    );
    page.eval('var heap = heap || []');
    heap.snippet();
    place('ord_1');
    await heap.load();
    page.heap['track']!('Order Completed', order('ord_2'));
    expect(said).toEqual(['capture ord_1', 'capture ord_2']);
    page.frameElement?.remove();
  });
});

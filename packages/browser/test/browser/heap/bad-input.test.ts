import { describe, expect, test } from 'vitest';
import { defineRegistry } from '@tracklayer/core';
import { generations, order, pageWith } from './heap-page.ts';

const fresh = (): void => {};
const labels = [
  '"Order" \'Completed\' `now` \\ </script>',
  'x'.repeat(1_024),
  'Bestellung 🛒 abgeschlossen 👩‍👩‍👧',
  '__proto__',
  'constructor',
];
const registry = defineRegistry(
  labels.map((source_event) => ({
    source: 'heap',
    source_event,
    canonical_event: 'purchase',
    status: 'approved',
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  })),
);

describe.each(generations)('P-4 what a page may hand to $name', (options) => {
  test.each(labels.map((label) => [label.slice(0, 30), label]))(
    'the label %s, to the letter',
    async (_, label) => {
      const { heap, said } = await pageWith(options, 'before snippet', fresh, { registry });
      window.heap['track']!(label, order('ord_1'));
      await heap.load();
      window.heap['track']!(label, order('ord_2'));
      window.heap['track']!(`${label} `, order('ord_3'));
      expect(said).toEqual(['capture ord_1', 'capture ord_2']);
      expect(heap.calls).toHaveLength(3);
    },
  );

  test.each([[undefined], [null], [42], [{}], [[]], [Symbol('s')], [() => 'Order Completed']])(
    'no name but %s: nothing is promoted, nothing thrown that Heap does not throw',
    async (name) => {
      const onDrift = (): void => {};
      const { heap, promotion, said } = await pageWith(options, 'before snippet', fresh, { onDrift });
      await heap.load();
      expect(() => window.heap['track']!(name, order('ord_1'))).not.toThrow();
      expect(said).toEqual([]);
      expect(promotion.stats()).toMatchObject({ seen: 1, unmapped: 1 });
      expect(heap.calls[0]?.args[0]).toBe(name);
    },
  );

  test.each([[undefined], [null], ['text'], [7], [[1, 2]], [Object.create(null)]])(
    'properties that are %s count as missing',
    async (properties) => {
      const { heap, promotion } = await pageWith(options, 'before snippet', fresh);
      await heap.load();
      try {
        window.heap['track']!('Order Completed', properties);
      } catch {
        // What Heap itself makes of it.
      }
      expect(promotion.stats()).toMatchObject({ seen: 1, missing: 1 });
    },
  );

  test('a proxy that throws at every touch: Heap gets it as it is', async () => {
    const touch = (): never => {
      throw new Error('of the page');
    };
    const hostile = new Proxy(
      {},
      { get: touch, has: touch, ownKeys: touch, getOwnPropertyDescriptor: touch },
    );
    const { heap, promotion, said } = await pageWith(options, 'before snippet', fresh, {
      traits: { plan: 'plan' },
    });
    window.heap['track']!('Order Completed', hostile);
    window.heap['addUserProperties']!(hostile);
    expect(promotion.stats()).toMatchObject({ seen: 1, missing: 1 });
    expect(said).toEqual([]);
    await heap.load();
    expect(heap.calls[0]?.args[1]).toBe(hostile);
  });

  test('a property of 5 MB that no entry names is neither read nor kept', async () => {
    const { heap, captured } = await pageWith(options, 'before snippet', fresh);
    await heap.load();
    let reads = 0;
    const properties = {
      ...order('ord_1'),
      get blob() {
        reads++;
        return 'x'.repeat(5_000_000);
      },
    };
    window.heap['track']!('Order Completed', properties);
    window.heap['track']!('Searched', properties);
    expect(Object.keys(captured[0]?.properties ?? {})).toEqual(['order_id', 'value', 'currency']);
    expect(reads).toBe(heap.calls.length);
  });

  test('an Array.prototype.push of its own, that returns nothing', async () => {
    const { push } = Array.prototype;
    // oxlint-disable-next-line no-extend-native -- what a page may do
    Array.prototype.push = function (this: unknown[], ...items: unknown[]) {
      for (const item of items) this[this.length] = item;
      return undefined as never;
    };
    const { heap, said, place } = await pageWith(options, 'before snippet');
    try {
      place('ord_1');
      await heap.load();
      place('ord_2');
    } finally {
      // oxlint-disable-next-line no-extend-native -- and back
      Array.prototype.push = push;
    }
    expect(said).toEqual(['capture ord_1', 'capture ord_2']);
    expect(heap.calls).toHaveLength(2);
  });
});

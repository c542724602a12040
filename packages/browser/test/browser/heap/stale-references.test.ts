import { describe, expect, test } from 'vitest';
import { generations, order, pageWith } from './heap-page.ts';

// What docs/heap.md says of `const { track } = heap`.
describe.each(generations)(
  'P-10 a reference to track that was taken before the hook, with $name',
  (options) => {
    test('of the library: reaches Heap alone', async () => {
      const { heap } = await pageWith(options, 'never');
      await heap.load();
      const { track } = window.heap;
      const { said } = await pageWith({ ...options, snippet: false }, 'before snippet');
      track!('Order Completed', order('ord_1'));
      window.heap['track']!('Order Completed', order('ord_2'));
      expect(heap.calls).toHaveLength(2);
      expect(said).toEqual(['capture ord_2']);
    });

    test('of the stub: throws in classic, is lost in SDK 5, and is not seen', async () => {
      const { heap } = await pageWith(options, 'never');
      const { track } = window.heap;
      await heap.load();
      const { said } = await pageWith({ ...options, snippet: false }, 'before snippet');
      let thrown: unknown;
      try {
        track!('Order Completed', order('ord_1'));
      } catch (error) {
        thrown = error;
      }
      expect(String(thrown)).toMatch(options.generation === 'classic' ? /heap\.push is not/ : /^undefined$/);
      expect(heap.calls).toEqual([]);
      expect(said).toEqual([]);
    });
  },
);

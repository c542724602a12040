import { describe, expect, test } from 'vitest';
import { generations, pageWith } from './heap-page.ts';

describe.each(generations)('P-3 each call counts once with $name', (options) => {
  test('installed before the snippet', async () => {
    const { heap, said, place } = await pageWith(options, 'before snippet');
    place('ord_1');
    window.heap['identify']!('cust_1');
    place('ord_2');
    expect(said).toEqual(['capture ord_1', 'identify cust_1', 'capture ord_2']);
    await heap.load();
    place('ord_3');
    expect(said).toEqual(['capture ord_1', 'identify cust_1', 'capture ord_2', 'capture ord_3']);
  });

  test('installed between snippet and library, queued calls in order', async () => {
    const { heap, said, place } = await pageWith(options, 'before load', (page) => {
      page.place('ord_1');
      window.heap['identify']!('cust_1');
      page.place('ord_2');
    });
    expect(said).toEqual(['capture ord_1', 'identify cust_1', 'capture ord_2']);
    place('ord_3');
    await heap.load();
    place('ord_4');
    expect(said.slice(3)).toEqual(['capture ord_3', 'capture ord_4']);
  });

  test('installed after the library', async () => {
    const { said, place } = await pageWith(options, 'after load', (page) => page.place('ord_0'));
    place('ord_1');
    window.heap['identify']!('cust_1');
    place('ord_2');
    expect(said).toEqual(['capture ord_1', 'identify cust_1', 'capture ord_2']);
  });

  test.each(['before snippet', 'before load', 'after load'] as const)(
    'P-4 Heap sees the same calls as without us, installed %s',
    async (when) => {
      const callsWith = async (moment: typeof when | 'never'): Promise<unknown[]> => {
        const { heap, place, promotion } = await pageWith(options, moment, (page) => {
          page.place('ord_1');
          window.heap['identify']!('cust_1');
          window.heap['addUserProperties']!({ plan: 'team' });
        });
        await heap.load();
        place('ord_2');
        window.heap['resetIdentity']!();
        window.heap['identify']!('cust_2');
        promotion.stop();
        heap.uninstall();
        expect(heap.errors).toEqual([]);
        return heap.calls.map(({ method, args }) => [method, ...args]);
      };
      expect(await callsWith(when)).toEqual(await callsWith('never'));
    },
  );
});

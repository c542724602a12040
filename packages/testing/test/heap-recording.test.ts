import { expect, onTestFinished, test } from 'vitest';
import { defineRegistry } from '@tracklayer/core';
import { recordHeap, replayHeap, type HeapRecording } from '@tracklayer/testing';
import { FakePage, heapOn } from './fake-page.ts';

const order = { orderId: 'ord_10492', total: 129.95, currency: 'EUR' };

/** A page that calls Heap before and after the library comes, recorded. */
async function recordPage(
  generation: 'sdk5' | 'classic',
): Promise<{ recording: HeapRecording; reached: string[] }> {
  const { page, heap, methods } = heapOn({ generation });
  const recorder = recordHeap(page);
  page.heap['track']!('Viewed Product');
  page.heap['identify']!('cust_2048');
  await heap.load();
  page.heap['track']!('Order Completed', order);
  return { recording: recorder.stop(), reached: methods() };
}

test.each(['sdk5', 'classic'] as const)(
  'P-4 %s: each call of the page is recorded once, and Heap gets it',
  async (generation) => {
    const { recording, reached } = await recordPage(generation);
    expect(recording.calls.map(({ method, args }) => [method, ...args])).toEqual([
      ['track', 'Viewed Product'],
      ['identify', 'cust_2048'],
      ['track', 'Order Completed', order],
    ]);
    expect(reached).toEqual(expect.arrayContaining(['track:Viewed Product', 'track:Order Completed']));
  },
);

test.each(['sdk5', 'classic'] as const)(
  '%s: a recording is JSON, and a page takes it again',
  async (generation) => {
    const { recording } = await recordPage(generation);
    const { page, heap, methods } = heapOn({ generation });
    onTestFinished(() => heap.uninstall());
    await heap.load();
    replayHeap(JSON.parse(JSON.stringify(recording)) as HeapRecording, { window: page });
    expect(methods()).toEqual(
      expect.arrayContaining(['track:Viewed Product', 'identify:cust_2048', 'track:Order Completed']),
    );
  },
);

test('P-5 a registry says what each label would become', async () => {
  const registry = defineRegistry([
    {
      source: 'heap',
      source_event: 'Order Completed',
      canonical_event: 'purchase',
      status: 'approved',
      properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
    },
  ]);
  const replayed = replayHeap((await recordPage('sdk5')).recording, { registry });
  expect(replayed.map(({ call, promotion }) => [call.args[0], promotion.status])).toEqual([
    ['Viewed Product', 'unmapped'],
    ['Order Completed', 'promoted'],
  ]);
});

test('P-4 stop leaves the page as it was, and an argument that is not JSON harms nobody', () => {
  const page = new FakePage();
  const heap = { track: () => 'tracked' };
  Object.assign(page, { heap });
  const recorder = recordHeap(page);
  expect(page.heap['track']!('Odd', { amount: 1n })).toBe('tracked');
  expect(recorder.stop().calls).toMatchObject([{ method: 'track', args: ['Odd', null] }]);
  expect(page.heap).toBe(heap);
});

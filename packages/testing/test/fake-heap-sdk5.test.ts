import { expect, test, vi } from 'vitest';
import { heapOn } from './fake-page.ts';

const generation = 'sdk5';

test('P-4 SDK 5 queues name and thunk, and drains once', () => {
  const { page, heap } = heapOn({ generation });
  page.heap['track']!('Early', { value: 1 });
  expect(page.heap).toHaveLength(0);
  expect(page.heapReadyCb).toEqual([{ name: 'track', fn: expect.any(Function) }]);
  heap.load();
  expect(page.heapReadyCb).toEqual([]);
});

test('P-4 SDK 5 loses a stub that is used after the load', () => {
  const { page, heap } = heapOn({ generation });
  const { track } = page.heap;
  heap.load();
  track!('Late');
  expect(heap.calls).toEqual([]);
});

test('P-4 SDK 5 loses every later call when the snippet ran again', () => {
  const { page, heap } = heapOn({ generation });
  heap.load();
  heap.snippet();
  heap.load();
  page.heap['track']!('Late');
  expect(heap.calls).toEqual([]);
});

test('P-4 SDK 5 does not install beside an appid', () => {
  const { page, heap } = heapOn({ generation });
  page.heap.appid = '1024';
  heap.load();
  expect(Array.isArray(page.heap)).toBe(true);
});

test('P-4 SDK 5 answers for its user by methods, and drops what it only stubbed', () => {
  const { page, heap } = heapOn({ generation });
  page.heap['startTracking']!();
  heap.load();
  expect(page.heap['userId']).toBeUndefined();
  expect(page.heap['getUserId']!()).toBe(heap.userId);
  expect(page.heap['getSessionId']!()).toBe(heap.sessionId);
  expect(page.heap['startTracking']).toBeUndefined();
});

test('P-4 SDK 5 hashes an identity, then calls identify of itself', async () => {
  const { page, heap, methods } = heapOn({ generation });
  heap.load();
  await page.heap['identifyHashed']!('cust_1');
  expect(methods()).toEqual([
    'identifyHashed:cust_1',
    'identify:9a4d673052f2a3363537eeace4007e7f63a15e61a0b9949e0f9fd2e528d4d4ad',
  ]);
});

test('P-4 SDK 5 leads autocapture through the track that was there when it started', () => {
  const { page, heap } = heapOn({ generation });
  heap.load();
  const late = vi.fn<() => void>();
  page.heap['track'] = late;
  page.dispatchEvent(new Event('click'));
  expect(late).not.toHaveBeenCalled();
  expect(heap.calls[0]!.args).toEqual([
    'heap_autotrack',
    { kind: 'BUILTIN_KIND_CLICK' },
    { name: 'autotrack' },
  ]);
});

test('P-4 SDK 5 does not start when stopTracking was queued', () => {
  const { page, heap } = heapOn({ generation });
  page.heap['stopTracking']!();
  heap.load();
  expect(heap.isStarted).toBe(false);
});

test('P-4 SDK 5 flushes through transformers after two seconds', () => {
  vi.useFakeTimers();
  const { page, heap } = heapOn({ generation });
  page.heap['addTransformerFn']!('keep', (messages: unknown[]) => messages);
  heap.load();
  page.heap['track']!('Order', { value: 129.95 });
  expect(heap.events).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(heap.events).toMatchObject([{ event: 'Order', properties: { value: 129.95 } }]);
  vi.useRealTimers();
});

test('P-4 a transformer of SDK 5 that returns nothing drops the batch, one that throws does not', () => {
  const { page, heap } = heapOn({ generation });
  heap.load();
  page.heap['addTransformerFn']!('throws', () => {
    throw new Error('a transformer');
  });
  page.heap['track']!('Kept');
  heap.flush();
  page.heap['addTransformerFn']!('forgets', () => {});
  page.heap['track']!('Dropped');
  heap.flush();
  expect(heap.events.map(({ event }) => event)).toEqual(['Kept']);
});

test('P-4 a track without a name hides the events queued with it from SDK 5', () => {
  const { page, heap, methods } = heapOn({ generation });
  heap.load();
  page.heap['track']!('Order');
  page.heap['track']!(undefined);
  heap.flush();
  expect(heap.events).toEqual([]);
  expect(methods()).toEqual(['track:Order', 'track:undefined']);
});

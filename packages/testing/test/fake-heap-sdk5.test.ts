import { expect, onTestFinished, test, vi } from 'vitest';
import { heapOn } from './fake-page.ts';

const generation = 'sdk5';

test('P-4 SDK 5 queues name and thunk, and drains once', async () => {
  const { page, heap } = heapOn({ generation });
  page.heap['track']!('Early', { value: 1 });
  expect(page.heap).toHaveLength(0);
  expect(page.heapReadyCb).toEqual([{ name: 'track', fn: expect.any(Function) }]);
  await heap.load();
  expect(page.heapReadyCb).toEqual([]);
});

test('P-4 SDK 5 loses a stub that is used after the load', async () => {
  const { page, heap } = heapOn({ generation });
  const { track } = page.heap;
  await heap.load();
  track!('Late');
  expect(heap.calls).toEqual([]);
});

test('P-4 SDK 5 loses every later call when the snippet ran again', async () => {
  const { page, heap } = heapOn({ generation });
  await heap.load();
  heap.snippet();
  await heap.load();
  page.heap['track']!('Late');
  expect(heap.calls).toEqual([]);
});

test('P-4 SDK 5 does not install beside an appid', async () => {
  const { page, heap } = heapOn({ generation });
  page.heap.appid = '1024';
  await heap.load();
  expect(Array.isArray(page.heap)).toBe(true);
});

test('P-4 SDK 5 answers for its user by methods, and drops what it only stubbed', async () => {
  const { page, heap } = heapOn({ generation });
  page.heap['startTracking']!();
  page.heap['addAccountProperties']!({ plan: 'team' });
  await heap.load();
  expect(page.heap['userId']).toBeUndefined();
  expect(page.heap['getUserId']!()).toBe(heap.userId);
  expect(page.heap['getSessionId']!()).toBe(heap.sessionId);
  expect(page.heap['startTracking']).toBeUndefined();
  expect(page.heap['addAccountProperties']).toBeUndefined();
  expect(heap.calls).toEqual([]);
});

test('P-4 SDK 5 hashes an identity, then calls identify of itself', async () => {
  const { page, heap, methods } = heapOn({ generation });
  await heap.load();
  await page.heap['identifyHashed']!('cust_1');
  expect(methods()).toEqual([
    'identifyHashed:cust_1',
    'identify:9a4d673052f2a3363537eeace4007e7f63a15e61a0b9949e0f9fd2e528d4d4ad',
  ]);
});

test('P-4 SDK 5 leads autocapture through the track that was there when it started', async () => {
  const { page, heap } = heapOn({ generation });
  await heap.load();
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

test('P-4 SDK 5 leads autocapture through a wrapper that was there before it started (trap 4)', async () => {
  const { page, heap } = heapOn({ generation });
  const told = vi.fn<(...args: unknown[]) => void>();
  // A thunk of the page at the head of the queue runs before autocapture begins.
  page.heapReadyCb.unshift({
    name: 'page',
    fn: () => {
      const { track } = page.heap;
      page.heap['track'] = (...args) => (told(...args), track!(...args));
    },
  });
  await heap.load();
  page.dispatchEvent(new Event('click'));
  expect(told.mock.calls).toEqual([
    ['heap_autotrack', { kind: 'BUILTIN_KIND_CLICK' }, { name: 'autotrack' }],
  ]);
});

test('P-4 SDK 5 does not start when stopTracking was queued, and sends nothing', async () => {
  const { page, heap } = heapOn({ generation });
  const ready = vi.fn<() => void>();
  page.heap['stopTracking']!();
  page.heap['onReady']!(ready);
  await heap.load();
  page.heap['onReady']!(ready);
  page.heap['track']!('Order');
  heap.flush();
  expect(heap.isStarted).toBe(false);
  expect(heap.events).toEqual([]);
  expect(ready).not.toHaveBeenCalled();
});

interface Message {
  type: string;
  info: { event: string; properties: Record<string, unknown>; isAutotrack: boolean };
}

test('P-4 SDK 5 flushes through transformers after two seconds, with values of the call’s own types', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { page, heap } = heapOn({ generation });
  const keep = vi.fn<(messages: Message[]) => Message[]>((messages) => messages);
  page.heap['addTransformerFn']!('keep', keep, 'general');
  await heap.load();
  page.heap['track']!('Order', { value: 129.95 });
  vi.advanceTimersByTime(1_999);
  expect(keep).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(keep.mock.calls[0]![0]).toMatchObject([
    { type: 'core_track', info: { event: 'Order', properties: { value: 129.95 }, isAutotrack: false } },
  ]);
  expect(heap.events).toMatchObject([{ event: 'Order', properties: { value: '129.95' } }]);
});

test('P-4 a transformer of SDK 5 works on a copy: what it returns is sent', async () => {
  const { page, heap } = heapOn({ generation });
  await heap.load();
  page.heap['addTransformerFn']!('breaks', (messages: Message[]) => {
    messages[0]!.info.event = 'Broken';
    throw new Error('a transformer');
  });
  page.heap['addTransformerFn']!('renames', (messages: Message[]) =>
    messages.map((message) => ({ ...message, info: { ...message.info, event: `${message.info.event}!` } })),
  );
  page.heap['track']!('Order');
  heap.flush();
  expect(heap.events.map(({ event }) => event)).toEqual(['Order!']);
});

test('P-4 SDK 5 takes one transformer a name, of the general pipeline alone, and takes it off again', async () => {
  const { page, heap } = heapOn({ generation });
  await heap.load();
  const called: string[] = [];
  const add = (name: string, mark: string, of?: string): unknown =>
    page.heap['addTransformerFn']!(name, (messages: Message[]) => (called.push(mark), messages), of);
  const order = (): string[] => {
    page.heap['track']!('Order');
    heap.flush();
    return called.splice(0);
  };
  add('one', 'first');
  add('one', 'second');
  add('two', 'third', 'general');
  for (const other of ['metadata', 'identify', 'addUserProperties']) add(other, other, other);
  expect(order()).toEqual(['first', 'third']);
  page.heap['removeTransformer']!('one');
  expect(order()).toEqual(['third']);
  page.heap['resetTransformers']!();
  expect(order()).toEqual([]);
  expect(heap.events).toHaveLength(3);
});

test('P-4 a transformer of SDK 5 that returns nothing drops the batch, one that throws does not', async () => {
  const { page, heap } = heapOn({ generation });
  await heap.load();
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

test('P-4 a track without a name hides the events queued with it from SDK 5 and its transformers (trap 8)', async () => {
  const { page, heap, methods } = heapOn({ generation });
  const seen = vi.fn<(messages: Message[]) => Message[]>((messages) => messages);
  await heap.load();
  page.heap['addTransformerFn']!('sees', seen);
  page.heap['track']!('Order');
  page.heap['track']!(undefined);
  heap.flush();
  page.heap['track']!('Next');
  heap.flush();
  expect(seen).toHaveBeenCalledOnce();
  expect(heap.events.map(({ event }) => event)).toEqual(['Next']);
  expect(methods().slice(1)).toEqual(['track:Order', 'track:undefined', 'track:Next']);
});

test('P-4 Segment’s “Heap Web (Actions)” puts SDK 5’s stubs on a plain object', async () => {
  const { page, heap, methods } = heapOn({ generation, container: 'object' });
  expect(Array.isArray(page.heap)).toBe(false);
  page.heap['track']!('Early');
  expect(page.heapReadyCb).toEqual([{ name: 'track', fn: expect.any(Function) }]);
  await heap.load();
  expect(methods()).toEqual(['track:Early']);
});

test('P-4 SDK 5 hands init the configuration, and asks for it on a click', async () => {
  const { page, heap } = heapOn({ generation, snippet: false });
  heap.snippet({ load: false });
  (page.heap['load'] as (...args: unknown[]) => void)('2048', { disableTextCapture: true });
  await heap.load();
  expect(page.heap['getConfig']!()).toEqual({ disableTextCapture: true });
  const asked = vi.spyOn(page.heap, 'getConfig');
  page.dispatchEvent(new Event('click'));
  expect(asked).toHaveBeenCalledOnce();
});

test('P-4 SDK 5 registers an adapter of its own when it loads', async () => {
  const { page, heap } = heapOn({ generation });
  const added = vi.fn<(...args: unknown[]) => void>();
  let shown = page.heap;
  Object.defineProperty(page, 'heap', {
    configurable: true,
    get: () => shown,
    set(next: typeof shown) {
      shown = next;
      next['addAdapter'] = added;
    },
  });
  await heap.load();
  expect(added).toHaveBeenCalledOnce();
});

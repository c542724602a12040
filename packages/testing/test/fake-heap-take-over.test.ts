import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { installFakeHeap } from '@tracklayer/testing/fake-heap';
import { FakePage, heapOn, type PageHeap } from './fake-page.ts';

// Each test is one fact that was measured of the true libraries.
const snippets = {
  sdk5: {
    carries: ['load', 'envId', 'clientConfig'],
    stubs:
      'init startTracking stopTracking track resetIdentity identify identifyHashed getSessionId getUserId getIdentity addUserProperties addEventProperties removeEventProperty clearEventProperties addAccountProperties addAdapter addTransformer addTransformerFn onReady addPageviewProperties removePageviewProperty clearPageviewProperties trackPageview',
    data: ['appid', 'loaded', 'config'],
    methods:
      'track identify identifyHashed resetIdentity addUserProperties addEventProperties removeEventProperty clearEventProperties getUserId getSessionId getIdentity trackPageview addPageviewProperties removePageviewProperty clearPageviewProperties getPageviewMetadata setPath setLogLevel getConfig getReplayId onReady addAdapter markAdapterAsResolved addTransformer addTransformerFn removeTransformer resetTransformers stopTracking startRecording stopRecording addNetworkClient init',
  },
  classic: {
    carries: ['load', 'appid', 'config'],
    stubs:
      'addEventProperties addUserProperties clearEventProperties identify resetIdentity removeEventProperty setEventProperties track unsetEventProperty',
    data: ['appid', 'config', 'loaded', 'version', 'userId', 'identity'],
    methods:
      'track identify resetIdentity addUserProperties addEventProperties removeEventProperty clearEventProperties setEventProperties unsetEventProperty getSessionId getReplayId',
  },
};

/** The page's own accessor on the global: each object that Heap puts there gets its `track` wrapped. */
function wrapTrack(page: FakePage, told: (args: unknown[]) => void): void {
  let current: PageHeap = page.heap;
  Object.defineProperty(page, 'heap', {
    configurable: true,
    get: () => current,
    set(next: PageHeap) {
      const { track } = next;
      next['track'] = (...args) => (told(args), track!(...args));
      current = next;
    },
  });
}

describe.each(['sdk5', 'classic'] as const)('P-4 the fake of %s, taking over', (generation) => {
  const { carries, stubs, data, methods } = snippets[generation];

  test('carries what the snippet puts on the array, and nothing else', () => {
    const { page } = heapOn({ generation });
    expect(Object.keys(page.heap).toSorted()).toEqual([...carries, ...stubs.split(' ')].toSorted());
  });

  test('has the members of the true object, plain and writable (trap 1)', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    expect(Object.keys(page.heap).toSorted()).toEqual([...data, ...methods.split(' ')].toSorted());
    for (const member of Object.values(Object.getOwnPropertyDescriptors(page.heap))) {
      expect(member).toMatchObject({ writable: true, configurable: true });
    }
    expect(page.heap.loaded).toBe(true);
  });

  test('drains through a wrapper that is in place by then: wrapping both counts twice (trap 2)', async () => {
    const { page, heap } = heapOn({ generation });
    const told = vi.fn<(args: unknown[]) => void>();
    page.heap['track']!('Early', { value: 1 });
    wrapTrack(page, told);
    await heap.load();
    expect(told.mock.calls).toEqual([[['Early', { value: 1 }]]]);
    expect(heap.calls).toMatchObject([{ method: 'track', args: ['Early', { value: 1 }] }]);
  });

  test('dates a queued call by the drain (trap 10)', async () => {
    vi.useFakeTimers({ now: 1_000 });
    onTestFinished(() => void vi.useRealTimers());
    const { page, heap } = heapOn({ generation });
    page.heap['track']!('Early');
    vi.setSystemTime(61_000);
    await heap.load();
    expect(heap.calls).toMatchObject([{ at: 61_000 }]);
  });

  test('works under the environment of labelling while it is labelled (trap 16)', async () => {
    const { page, heap } = heapOn({ generation });
    await heap.load();
    const living = page.heap;
    heap.label();
    page.heap['track']!('Labelled');
    expect(page.heap.appid).toBe('3407116132');
    expect(living.appid).toBe('3407116132');
    expect(page.heapV).toBeTypeOf('object');
    // SDK 5 puts a copy that does nothing in its place; classic swaps nothing.
    expect(page.heap === living).toBe(generation === 'classic');
    expect(heap.calls).toHaveLength(generation === 'classic' ? 1 : 0);
  });
});

test.each([
  ['classic', 'sdk5'],
  ['sdk5', 'classic'],
] as const)(
  'P-4 classic’s snippet, then SDK 5’s: the queued event is lost when %s comes first (trap 17)',
  async (...order) => {
    const page = new FakePage();
    const classic = installFakeHeap({ generation: 'classic', window: page });
    const sdk5 = installFakeHeap({ generation: 'sdk5', window: page });
    onTestFinished(() => {
      classic.uninstall();
      sdk5.uninstall();
    });
    page.heap['track']!('Early');
    for (const generation of order) await (generation === 'classic' ? classic : sdk5).load();
    page.heap['track']!('Late');
    expect(classic.calls.map(({ args }) => args[0])).toEqual(['Late']);
    expect(sdk5.calls).toEqual([]);
  },
);

test('P-4 classic removes an entry of its queue after the call', async () => {
  const { page, heap } = heapOn({ generation: 'classic' });
  const queue = page.heap as unknown as unknown[];
  const during: unknown[] = [];
  page.heap['track']!('One');
  page.heap['track']!('Two');
  wrapTrack(page, () => during.push([...queue]));
  await heap.load();
  expect(during).toEqual([
    [
      ['track', 'One'],
      ['track', 'Two'],
    ],
    [['track', 'Two']],
  ]);
  expect(queue).toHaveLength(0);
});

test('P-4 classic says addUserProperties once more when it came before it was ready (trap 3)', async () => {
  const { page, heap, methods } = heapOn({ generation: 'classic' });
  page.heap['addUserProperties']!('plan');
  await heap.load();
  page.heap['addUserProperties']!('color');
  expect(methods()).toEqual(['addUserProperties:plan', 'addUserProperties:plan', 'addUserProperties:color']);
});

test('P-4 SDK 5 keeps identify, addUserProperties and onReady until it is ready', async () => {
  const { page, heap, methods } = heapOn({ generation: 'sdk5' });
  const ready = vi.fn<() => void>(() => expect(heap.isStarted).toBe(true));
  page.heap['onReady']!(ready);
  page.heap['identify']!('cust_1');
  page.heap['addUserProperties']!('plan');
  page.heap['track']!('Early');
  page.heap['resetIdentity']!('');
  await heap.load();
  expect(methods().filter((call) => !call.startsWith('onReady'))).toEqual([
    'track:Early',
    'resetIdentity:',
    'identify:cust_1',
    'addUserProperties:plan',
  ]);
  expect(ready).toHaveBeenCalledOnce();
  page.heap['onReady']!(ready);
  expect(ready).toHaveBeenCalledTimes(2);
});

test('P-4 a stub of SDK 5 answers nothing, and a callback once the library came', async () => {
  const { page, heap } = heapOn({ generation: 'sdk5' });
  const told = vi.fn<(id: string) => void>();
  expect(page.heap['getUserId']!(told)).toBeUndefined();
  expect(told).not.toHaveBeenCalled();
  await heap.load();
  expect(told.mock.calls).toEqual([[heap.userId]]);
});

test('P-4 SDK 5 tells a callback at once that a stranger has no identity', async () => {
  const { page, heap } = heapOn({ generation: 'sdk5' });
  await heap.load();
  const told = vi.fn<(id: string | null) => void>();
  expect(page.heap['getIdentity']!(told)).toBeNull();
  expect(told.mock.calls).toEqual([[null]]);
});

test('P-4 SDK 5 asks every 200 ms for three seconds before it gives up on its user', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { page, heap } = heapOn({ generation: 'sdk5' });
  const told = vi.fn<(id: string) => void>();
  page.heap['stopTracking']!();
  await heap.load();
  page.heap['getUserId']!(told);
  vi.advanceTimersByTime(3_001);
  expect(told).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('P-4 a blocked CDN leaves onReady and getUserId without an answer (trap 13)', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { page, heap } = heapOn({ generation: 'sdk5' });
  const told = vi.fn<() => void>();
  page.heap['onReady']!(told);
  page.heap['getUserId']!(told);
  heap.block();
  await heap.load();
  vi.advanceTimersByTime(60_000);
  expect(told).not.toHaveBeenCalled();
});

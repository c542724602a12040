import { afterEach, describe, expect, test, vi } from 'vitest';
import { installFakeHeap, type FakeHeap, type FakeHeapOptions } from '../../src/fake-heap/index.ts';

const generations: FakeHeapOptions[] = [{ generation: 'sdk5' }, { generation: 'classic' }];
type PageHeap = Record<string, (...args: unknown[]) => unknown>;
const page = window as unknown as { heap: PageHeap };
let heap: FakeHeap | undefined;
afterEach(() => heap?.uninstall());

describe.each(generations)('P-4 the fake of $generation in a page', (options) => {
  test('keeps user, identity and event properties in cookies, over reloads', async () => {
    heap = installFakeHeap(options);
    await heap.load();
    page.heap['identify']!('cust_1');
    page.heap['addEventProperties']!({ shop: 'de' });
    const { userId } = heap;
    heap.uninstall({ keepCookies: true });
    heap = installFakeHeap(options);
    await heap.load();
    expect(heap).toMatchObject({ userId, identity: 'cust_1' });
    page.heap['track']!('Order');
    heap.flush();
    expect(heap.events[0]!.properties).toEqual({ shop: 'de' });
    heap.uninstall();
    expect(document.cookie).not.toMatch(/_hp/);
  });

  test('puts a script element into the page, which says when the library has run', async () => {
    heap = installFakeHeap(options);
    const script = document.querySelector('script[data-fake-heap]');
    const loaded = vi.fn<() => void>();
    script!.addEventListener('load', loaded);
    await heap.load();
    expect(loaded).toHaveBeenCalledOnce();
    heap.uninstall();
    expect(document.contains(script)).toBe(false);
  });

  test('announces pushState and replaceState, until it is taken off', async () => {
    const { href } = location;
    const told = vi.fn<() => void>();
    const names = ['heappushstate', 'heapreplacestate'];
    for (const name of names) addEventListener(name, told);
    heap = installFakeHeap(options);
    await heap.load();
    history.pushState(null, '', '#a');
    history.replaceState(null, '', href);
    expect(told).toHaveBeenCalledTimes(2);
    heap.uninstall();
    history.replaceState(null, '', href);
    expect(told).toHaveBeenCalledTimes(2);
    for (const name of names) removeEventListener(name, told);
  });
});

test('P-4 SDK 5 takes over the user of classic’s cookie', async () => {
  heap = installFakeHeap({ generation: 'classic' });
  await heap.load();
  page.heap['identify']!('cust_1');
  const { userId } = heap;
  heap.uninstall({ keepCookies: true });
  heap = installFakeHeap({ generation: 'sdk5' });
  await heap.load();
  expect(heap).toMatchObject({ userId, identity: 'cust_1' });
});

import { afterEach } from 'vitest';
import { installFakeHeap, type FakeHeap, type FakeHeapOptions } from '@tracklayer/testing/fake-heap';

type Call = (...args: unknown[]) => unknown;
export type PageHeap = Record<string, Call> & { length: number; appid?: unknown; loaded?: unknown };

/** As much of a page as Heap needs. */
export class FakePage extends EventTarget {
  declare heap: PageHeap;
  declare heapReadyCb: { name: string; fn: () => unknown }[];
  declare heapV: unknown;
}

let heap: FakeHeap | undefined;
afterEach(() => heap?.uninstall());

export function heapOn(options: FakeHeapOptions): { page: FakePage; heap: FakeHeap; methods(): string[] } {
  const page = new FakePage();
  heap = installFakeHeap({ ...options, window: page });
  const { calls } = heap;
  return { page, heap, methods: () => calls.map(({ method, args }) => `${method}:${String(args[0])}`) };
}

export { installFakeHeap, type FakeHeap, type FakeHeapOptions } from './install-fake-heap.ts';
export type { HeapCall, FakeHeapEvent } from './heap-record.ts';

export { installFakeHeap, type FakeHeap, type FakeHeapOptions } from './install-fake-heap.ts';
export type { HeapCall, HeapEvent } from './heap-record.ts';

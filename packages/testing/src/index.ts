export {
  installFakeHeap,
  type FakeHeap,
  type FakeHeapOptions,
  type HeapCall,
  type HeapEvent,
} from './fake-heap/index.ts';

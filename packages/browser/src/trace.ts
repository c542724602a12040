export { traceHeap, type HeapTrace, type TraceOptions } from './heap/trace-heap.ts';
export type { TracedCall } from './heap/traced-call.ts';

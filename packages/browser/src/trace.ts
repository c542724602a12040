export { traceHeap, type HeapTrace, type TraceOptions } from './heap/trace/trace-heap.ts';
export type { TracedCall } from './heap/trace/traced-call.ts';

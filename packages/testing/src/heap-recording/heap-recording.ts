/** One call that a page made of Heap. */
export interface RecordedHeapCall {
  method: string;
  /** As JSON: what is no JSON is left out. */
  args: readonly unknown[];
  /** Milliseconds since the recording began. */
  at: number;
}

/** The calls of a page to Heap, as plain JSON to keep beside a test. It holds what the page passed, personal values too. */
export interface HeapRecording {
  /** When it began, milliseconds since 1970. */
  started_at: number;
  calls: readonly RecordedHeapCall[];
}

export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** `window.heap` of either generation: a container of stubs before the library came, a plain object after. */
export type HeapGlobal = unknown[] & { [member: string]: unknown };

export interface ReadyEntry {
  name: string;
  fn: () => unknown;
}

/** The part of `window` that Heap touches; a page's `window` or a test's plain object. */
export interface HeapWindow {
  heap: HeapGlobal;
  heapReadyCb?: ReadyEntry[];
  /** There while an analyst labels the page visually. */
  heapV?: object;
  document?: Document;
  history?: History;
  addEventListener?(type: string, listener: (event: Event) => void, capture: boolean): void;
  removeEventListener?(type: string, listener: (event: Event) => void, capture: boolean): void;
  dispatchEvent?(event: Event): boolean;
}

/** How Heap reaches its own methods: late-bound, through whatever the page has put on the global. */
export function callHeap(window: HeapWindow, name: string, args: readonly unknown[]): unknown {
  return (window.heap[name] as Method).apply(window.heap, [...args]);
}

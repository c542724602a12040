import type { Page } from 'playwright-core';

/** One call of Heap, as recordings have it: `at` in milliseconds since their start. */
export interface HeapCall {
  method: string;
  args: unknown[];
  at: number;
}

/** Tells of each call that a page makes to `heap.track` and its like, also of those that wait for Heap's script. */
export async function recordHeapCalls(
  page: Page,
  startedAt: number,
  onCall: (call: HeapCall) => void,
): Promise<void> {
  await page.exposeBinding('tracklayerRecording', (_source: unknown, method: string, args: unknown[]) =>
    onCall({ method, args, at: Date.now() - startedAt }),
  );
  await page.addInitScript(watchHeap);
}

/** Runs in the page. Wraps what is there again and again, as Heap's script takes the place of its snippet. */
function watchHeap(): void {
  type Wrapped = ((...args: unknown[]) => unknown) & { isRecording?: boolean };
  const scope = globalThis as typeof globalThis & {
    heap?: Record<string, Wrapped | undefined> & unknown[];
    tracklayerRecording(method: string, args: unknown[]): void;
  };
  const methods = ['track', 'identify', 'addUserProperties', 'addEventProperties', 'resetIdentity'];
  const tell = (method: string, args: readonly unknown[]): void => {
    try {
      scope.tracklayerRecording(method, JSON.parse(JSON.stringify(args)) as unknown[]);
    } catch {
      // What is no JSON is nothing to record.
    }
  };
  let isQueueRead = false;
  const wrap = (): void => {
    const { heap } = scope;
    if (heap === undefined) return;
    if (!isQueueRead && Array.isArray(heap)) {
      for (const call of heap as unknown[]) {
        if (Array.isArray(call)) tell(String(call[0]), call.slice(1) as unknown[]);
      }
    }
    isQueueRead = true;
    for (const method of methods) {
      const own = heap[method];
      if (typeof own !== 'function' || own.isRecording) continue;
      const wrapped: Wrapped = function (this: unknown, ...args) {
        tell(method, args);
        return Reflect.apply(own, this, args);
      };
      wrapped.isRecording = true;
      heap[method] = wrapped;
    }
  };
  wrap();
  setInterval(wrap, 10);
}

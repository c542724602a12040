import type { HeapRecording, RecordedHeapCall } from './heap-recording.ts';

export interface HeapRecorder {
  /** What was recorded so far; `JSON.stringify` takes it as it is. */
  read(): HeapRecording;
  /** Puts the page's own `heap` back and returns the recording. */
  stop(): HeapRecording;
}

type Heap = Record<string, unknown>;
type Method = (this: unknown, ...args: unknown[]) => unknown;

const unrecorded = new Set(['load', 'init', 'push', 'onReady', 'addAdapter', 'getConfig']);

/**
 * Records the page's calls of Heap from now on, of its stub and of the library that replaces it. A call that waits in
 * the stub's queue is recorded once, and Heap's calls of itself are not.
 *
 * @param window - Default: the page's own.
 * @example
 * const recorder = recordHeap();
 * copy(JSON.stringify(recorder.stop())); // into test/fixtures/checkout.heap.json
 */
export function recordHeap(window: object = globalThis): HeapRecorder {
  const page = window as { heap?: Heap | undefined };
  const started_at = Date.now();
  const calls: RecordedHeapCall[] = [];
  const queued = new Set<string>();
  const watched = new WeakMap<object, Heap>();
  let heap = page.heap;
  let depth = 0;

  /** Classic puts these off until it has its user, and then calls them once more. */
  const isPutOff = (target: Heap, method: string): boolean =>
    Boolean(target['loaded']) &&
    !target['getUserId'] &&
    !target['userId'] &&
    /^(identify|addUserProperties)$/.test(method);

  function record(target: Heap, method: string, args: readonly unknown[]): void {
    if (depth > 0 || args[0] === 'heap_autotrack') return;
    const text = toJson(args);
    const key = `${method} ${text}`;
    const isKnown = queued.has(key);
    if (!target['loaded'] || isPutOff(target, method)) queued.add(key);
    // The library drains the stub's queue through its own methods, in one go and some calls twice.
    else if (isKnown) queueMicrotask(() => queued.delete(key));
    if (isKnown && target['loaded']) return;
    calls.push({ method, args: JSON.parse(text) as unknown[], at: Date.now() - started_at });
  }

  function watch(target: Heap): Heap {
    const known = watched.get(target);
    if (known) return known;
    const proxy = new Proxy(target, {
      get(own, name) {
        const member: unknown = Reflect.get(own, name);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        if (unrecorded.has(name) || (Array.isArray(target) && name in Array.prototype)) return member;
        return function (this: unknown, ...args: unknown[]): unknown {
          record(target, name, args);
          depth++;
          try {
            return (member as Method).apply(this, args);
          } finally {
            depth--;
          }
        };
      },
    });
    watched.set(target, proxy);
    watched.set(proxy, proxy);
    return proxy;
  }

  Object.defineProperty(page, 'heap', {
    configurable: true,
    enumerable: true,
    get: () => heap && watch(heap),
    set(next: Heap | undefined) {
      heap = next;
    },
  });

  const read = (): HeapRecording => ({ started_at, calls: structuredClone(calls) });
  return {
    read,
    stop() {
      Reflect.deleteProperty(page, 'heap');
      if (heap) page.heap = heap;
      return read();
    },
  };
}

/** Never throws: what Heap would take, we take, and what is no JSON is left out. */
function toJson(args: readonly unknown[]): string {
  try {
    return JSON.stringify(args);
  } catch {
    return JSON.stringify(args.map((arg) => (typeof arg === 'string' ? arg : null)));
  }
}

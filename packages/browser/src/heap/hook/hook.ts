import type { HeapApi, HeapMethod, HeapWindow, WatchedName } from './heap-api.ts';
import { intercept } from './intercept.ts';
import { createReplays } from './replays.ts';

/** Told of each call of the page, before Heap is. `heap` is the library's own object, once it is there. */
export type OnHeapCall = (name: WatchedName, args: readonly unknown[], heap: HeapApi | undefined) => void;

const watched = ['track', 'identify', 'identifyHashed', 'resetIdentity', 'addUserProperties'] as const;
const shortestPollMs = 50;
const longestPollMs = 1_000;

type Library = HeapApi & Record<string, unknown>;

/** Told when the library has come, and after calls: once the page's script and Heap have had their turn. */
export type OnHeapTurn = (heap: HeapApi) => void;

/**
 * Sees each call through `window.heap` once, whatever the page does: installed before Heap's snippet, between snippet
 * and library, or after. Heap replaces its global, replays its queue through the new one and calls itself; so the global
 * and the methods become accessors, and only calls from outside that are no replay count. Returns what undoes it all.
 */
export function hookHeap(window: HeapWindow, tell: OnHeapCall, tellAfter?: OnHeapTurn): () => void {
  const inners = new WeakMap<HeapMethod, HeapMethod>();
  const adopted = new WeakSet();
  let current: unknown;
  let library: Library | undefined;
  let appid: unknown;
  let depth = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  let isTurn = false;

  /** Calls inside `work` are Heap's own, or ours. */
  function quietly<Result>(work: () => Result): Result {
    depth++;
    try {
      return work();
    } finally {
      depth--;
    }
  }

  const replays = createReplays(window, watched, (work) => {
    lookAgain();
    return quietly(work);
  });

  const undo = [replays.leave];

  function observe(name: WatchedName, args: readonly unknown[]): void {
    if (isClone()) return;
    safely(() => tell(name, args, library));
    takeTurn();
  }

  function takeTurn(): void {
    if (isTurn || !tellAfter || !library) return;
    isTurn = true;
    queueMicrotask(() => {
      isTurn = false;
      if (library && !isStopped && !isClone()) safely(() => tellAfter(library!));
    });
  }

  /** Visual labelling puts a clone under another appid in the library's place: nobody buys there. */
  function isClone(): unknown {
    return library?.appid && appid && library.appid !== appid;
  }

  function safely(work: () => void): void {
    try {
      quietly(work);
    } catch {
      // Heap works as without us, also when we fail.
    }
  }

  function wrap(name: WatchedName, object: object, inner: HeapMethod): HeapMethod {
    const stub = Array.isArray(object) && (object as unknown[]);
    const wrapper: HeapMethod = function (...args) {
      const call = (): unknown => inner.apply(this, args);
      if (isStopped) return call();
      lookAgain();
      const isOurs = depth === 0 && (stub || !replays.has(name, args));
      if (isOurs) observe(name, args);
      // A stub that the page kept loses the call, or throws, once the library is there.
      const late = stub && library?.[name];
      return quietly(() => {
        if (typeof late === 'function') return (late as HeapMethod).apply(library, args);
        return stub && isOurs ? replays.during(stub, call) : call();
      });
    };
    inners.set(wrapper, inner);
    return wrapper;
  }

  function adopt(object: object): void {
    if (adopted.has(object)) return;
    adopted.add(object);
    for (const name of watched) {
      let isAlive = false;
      try {
        undo.unshift(
          intercept(object, name, (value) => {
            if (typeof value !== 'function') return [value, value];
            const method = value as HeapMethod;
            // The snippet ran again and would put its stubs over the living methods.
            if (isAlive && isStubMethod(method)) return undefined;
            isAlive = !Array.isArray(object);
            const inner = inners.get(method);
            return inner ? [method, inner] : [wrap(name, object, method), method];
          }),
        );
      } catch {
        // Frozen: this method stays Heap's alone.
      }
    }
  }

  function replace(next: unknown): void {
    if (isStopped) return;
    current = next;
    const last = library;
    library = undefined;
    if (typeof next === 'object' && next) {
      if (!Array.isArray(next)) {
        library = next as Library;
        appid ??= last?.appid;
      }
      adopt(next);
    }
    takeTurn();
  }

  function lookAgain(): void {
    if (window.heap !== current) replace(window.heap);
  }

  function poll(ms: number): void {
    timer = setTimeout(() => {
      lookAgain();
      if (!library) poll(Math.min(ms * 1.1, longestPollMs));
    }, ms);
  }

  try {
    replays.read(window.heap as object, (name, args) => observe(name as WatchedName, args));
  } catch {
    // A global that can't be written hides what SDK 5 queued.
  }
  try {
    undo.unshift(
      intercept(window, 'heap', (value) => {
        replace(value);
        return [value, value];
      }),
    );
  } catch {
    // `var heap` came first: its global can't be an accessor, so we look for the library ourselves.
    poll(shortestPollMs);
  }

  return () => {
    isStopped = true;
    clearTimeout(timer);
    for (const restore of undo.splice(0)) safely(restore);
  };
}

function isStubMethod(method: HeapMethod): boolean {
  return /heapReadyCb|heap\.push\(/.test(Function.toString.call(method));
}

import { awaitScripts } from './await-scripts.ts';
import { isReady, type HeapApi, type HeapCall, type HeapMethod, type HeapWindow } from './heap-api.ts';
import { intercept } from './intercept.ts';
import { isLabelled } from './labelling.ts';
import { createReplays } from './replays.ts';

/** What a hook tells of. `heap` is Heap's object at that moment: its library, or a container of stubs. */
export interface HeapListener {
  /** Told of each call of the page, once, before Heap is; what it returns runs when Heap's own call has returned. */
  call(call: HeapCall, heap: HeapApi): (() => void) | undefined;
  /** Told when the library is ready, and after calls: once the page's script and Heap have had their turn. */
  turn(heap: HeapApi): void;
}

const watched = ['track', 'identify', 'identifyHashed', 'resetIdentity', 'addUserProperties'] as const;
export interface HeapHook {
  /** Gives the listener a turn soon, if the library is ready. */
  takeTurn(): void;
  /** Undoes it all. */
  stop(): void;
}

// As long as Heap itself waits for its user.
const readyPollMs = 200;
const readyPolls = 15;

/**
 * Hears each call that Heap is given through `window.heap`, once, whatever the page does: installed before Heap's
 * snippet, between snippet and library, or after. Heap replaces its global, replays its queue through the new one, puts
 * calls off and calls itself; so the global and Heap's own methods become accessors, and replays are swallowed. What a page puts
 * round a method is left as it is: what it passes on is heard.
 */
export function hookHeap(window: HeapWindow, listener: HeapListener): HeapHook {
  const inners = new WeakMap<HeapMethod, HeapMethod>();
  const held = new WeakMap<object, Set<string>>();
  /** Ids of the `identify` that runs: classic calls it again of itself, with the same. */
  const identifying: unknown[] = [];
  let current: unknown;
  let isGlobalHeld = false;
  let isReading = false;
  let isQuiet = false;
  let isTurn = false;
  let isStopped = false;
  let polling: ReturnType<typeof setTimeout> | undefined;
  let stopAwaiting: (() => void) | undefined;

  const replays = createReplays(window, watched, lookAgain);
  const undo: (() => void)[] = [];
  const library = (): (HeapApi & Record<string, unknown>) | undefined =>
    isObject(current) && (current as HeapApi).loaded
      ? (current as HeapApi & Record<string, unknown>)
      : undefined;

  /** Heap works as without us, also when we fail. Calls inside are ours. */
  function safely<Result>(work: () => Result): Result | undefined {
    const before = isQuiet;
    isQuiet = true;
    try {
      return work();
    } catch {
      return undefined;
    } finally {
      isQuiet = before;
    }
  }

  function hear(call: HeapCall): (() => void) | undefined {
    if (isLabelled(window)) return undefined;
    takeTurn();
    return listener.call(call, current as HeapApi);
  }

  function takeTurn(): void {
    if (isTurn) return;
    isTurn = true;
    queueMicrotask(() => {
      isTurn = false;
      if (isStopped) return;
      look();
      const heap = library();
      if (!heap || isLabelled(window)) return;
      if (isReady(heap)) safely(() => listener.turn(heap));
      else awaitReady(readyPolls);
    });
  }

  /** Classic is ready some time after it was loaded, and says so to nobody. */
  function awaitReady(polls: number): void {
    clearTimeout(polling);
    polling = setTimeout(() => {
      const heap = library();
      if (heap && isReady(heap)) takeTurn();
      else if (polls > 1) awaitReady(polls - 1);
    }, readyPollMs);
  }

  function wrap(name: HeapCall['name'], object: HeapApi, inner: HeapMethod): HeapMethod {
    const isStub = isStubMethod(inner);
    const wrapper: HeapMethod = function (...args) {
      let route = (): unknown => inner.apply(this, args);
      if (isStopped || isQuiet) return route();
      const call = { name, args };
      let settle: (() => void) | undefined;
      safely(() => {
        lookAgain();
        const own = route;
        const isOld =
          (name === 'identify' && identifying.includes(args[0])) || replays.swallows(object, call);
        if (!isOld) settle = hear(call);
        const living = isStub || !object.loaded ? library() : undefined;
        const late = living !== object && living?.[name];
        // A stub that the page kept loses the call, or throws, once the library is there.
        if (typeof late === 'function') {
          route = () => replays.repeating(call, () => (late as HeapMethod).apply(living, args));
        } else if (isStub || !object.loaded) {
          if (!isOld) route = () => replays.during(object, call, own);
        } else if (name === 'identify') {
          route = () => {
            identifying.push(args[0]);
            try {
              return own();
            } finally {
              identifying.pop();
            }
          };
        }
      });
      try {
        return route();
      } finally {
        if (settle) safely(settle);
      }
    };
    inners.set(wrapper, inner);
    return wrapper;
  }

  function hold(object: object): void {
    const names = held.get(object) ?? new Set();
    held.set(object, names);
    for (const name of watched) {
      if (names.has(name) || typeof Reflect.get(object, name) !== 'function') continue;
      names.add(name);
      let heaps: readonly [wrapper: HeapMethod, method: HeapMethod] | undefined;
      try {
        undo.unshift(
          intercept(object, name, (value) => {
            if (typeof value !== 'function') return [value, value];
            const method = value as HeapMethod;
            const inner = inners.get(method);
            if (inner) return [method, inner];
            if (method === heaps?.[1]) return heaps;
            if (heaps) {
              // The page's own function: what it gives Heap is heard.
              if (!isStubMethod(method)) return [method, method];
              // The snippet ran again and would put its stubs over the living methods.
              if ((object as HeapApi).loaded) return undefined;
            }
            return (heaps = [wrap(name, object, method), method]);
          }),
        );
      } catch {
        // Frozen: this method stays Heap's alone.
      }
    }
  }

  function replace(next: unknown): void {
    current = next;
    if (isObject(next)) hold(next);
    takeTurn();
  }

  function lookAgain(): void {
    if (window.heap !== current) replace(window.heap);
  }

  function readQueues(stub: object): void {
    isReading = true;
    try {
      const track: unknown = Reflect.get(stub, 'track');
      const isReadyStub = /heapReadyCb/.test(String(inners.get(track as HeapMethod) ?? track));
      replays.read(stub, isReadyStub, (call) => safely(() => hear(call)?.()));
    } catch {
      // A global that can't be written hides what SDK 5 queued.
    } finally {
      isReading = false;
    }
  }

  function holdGlobal(): void {
    // A page may ask whether there is a Heap: not before there is.
    if (isGlobalHeld || (window.document && !Object.hasOwn(window, 'heap'))) return;
    try {
      undo.unshift(
        intercept(window, 'heap', (value) => {
          if (!isReading && !isStopped) replace(value);
          return [value, value];
        }),
      );
      isGlobalHeld = true;
    } catch {
      // `var heap` came first: its global can't be an accessor, so we look when scripts have run.
    }
  }

  function look(): void {
    if (isStopped || isReading) return;
    lookAgain();
    if (isObject(current)) {
      hold(current);
      if (!library()) readQueues(current);
    }
    holdGlobal();
    const isFound = isObject(current) && held.get(current)?.has('track') && (isGlobalHeld || library());
    if (isFound) {
      stopAwaiting?.();
      stopAwaiting = undefined;
    } else if (window.document) stopAwaiting ??= awaitScripts(window.document, look);
  }

  look();

  return {
    takeTurn,
    stop() {
      isStopped = true;
      clearTimeout(polling);
      stopAwaiting?.();
      safely(() => replays.leave(library()));
      for (const restore of undo.splice(0)) safely(restore);
    },
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function isStubMethod(method: HeapMethod): boolean {
  return /heapReadyCb|heap\.push\(/.test(Function.toString.call(method));
}

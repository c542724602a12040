import { attempt } from '@tracklayer/core/adapter';
import type { HeapApi, HeapCall, HeapMethod } from './heap-api.ts';
import { intercept } from './intercept.ts';
import type { Replays } from './replays.ts';

/** Heap's own methods, heard through accessors on Heap's objects. */
export interface Methods {
  /** Hears the methods of this object from now on, also those that replace them. */
  hold(object: object): void;
  /** Whether `track` of this object is heard. */
  isHeld(object: object): boolean;
  /** Heap's own method behind one that is heard. */
  ownOf(method: HeapMethod): HeapMethod | undefined;
  /** Makes them plain properties again. */
  release(): void;
}

export const watched = ['track', 'identify', 'identifyHashed', 'resetIdentity', 'addUserProperties'] as const;

/**
 * @param look - a call comes: Heap may be another one by now.
 * @param library - Heap's library, once it is loaded.
 * @param isDeaf - calls are not reported: they are ours, or the hook has stopped.
 * @param safely - runs `work`, whatever becomes of it.
 * @param hear - tells of a call; what it returns runs when Heap's own call has returned.
 */
export function createMethods(
  replays: Replays,
  look: () => void,
  library: () => (HeapApi & Record<string, unknown>) | undefined,
  isDeaf: () => boolean,
  safely: (work: () => void) => void,
  hear: (call: HeapCall) => (() => void) | undefined,
): Methods {
  const inners = new WeakMap<HeapMethod, HeapMethod>();
  const held = new WeakMap<object, Set<string>>();
  /** Ids of the `identify` that runs: classic calls it again of itself, with the same. */
  const identifying: unknown[] = [];
  const undo: (() => void)[] = [];

  function wrap(name: HeapCall['name'], object: HeapApi, inner: HeapMethod): HeapMethod {
    const isStub = isStubMethod(inner);
    const wrapper: HeapMethod = function (...args) {
      const own = (): unknown => inner.apply(this, args);
      if (isDeaf()) return own();
      let route = own;
      let settle: (() => void) | undefined;
      safely(() => {
        look();
        const call = { name, args };
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

  function holdMethod(object: object, name: HeapCall['name']): void {
    let heaps: readonly [wrapper: HeapMethod, method: HeapMethod] | undefined;
    const restore = intercept(object, name, (value) => {
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
    });
    undo.unshift(restore);
  }

  return {
    hold(object) {
      const names = held.get(object) ?? new Set();
      held.set(object, names);
      for (const name of watched) {
        // Frozen, or behind a getter that throws, this method stays Heap's alone.
        attempt(() => {
          if (names.has(name) || typeof Reflect.get(object, name) !== 'function') return;
          names.add(name);
          holdMethod(object, name);
        });
      }
    },
    isHeld: (object) => !!held.get(object)?.has('track'),
    ownOf: (method) => inners.get(method),
    release() {
      for (const restore of undo.splice(0)) safely(restore);
    },
  };
}

function isStubMethod(method: HeapMethod): boolean {
  return /heapReadyCb|heap\.push\(/.test(Function.toString.call(method));
}

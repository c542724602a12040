import { attempt } from '@tracklayer/core/adapter';
import { isReady, type HeapApi, type HeapCall, type HeapReadyEntry, type HeapWindow } from './heap-api.ts';

/** Knows which calls the library makes once more of what was heard before it was ready. */
export interface Replays {
  /** Calls the stub on `container`; what it queues meanwhile is a replay later. */
  during<Result>(container: object, heard: HeapCall, call: () => Result): Result;
  /** Hands over what the stubs queued unheard, in order. */
  read(stub: object, isReadyStub: boolean, tell: (call: HeapCall) => void): void;
  /** Runs `call`, in which the next call like `heard` is no news. */
  repeating<Result>(heard: HeapCall, call: () => Result): Result;
  /** Whether this call of the library on `object` was heard before; each is swallowed once. */
  swallows(object: HeapApi, call: HeapCall): boolean;
  /** What was heard is no news to a hook that comes after us. */
  leave(library: object | undefined): void;
}

type Entry = unknown[] | HeapReadyEntry | undefined;

// Kept on Heap's own objects, where a hook that comes after this one finds it.
const heardKey = Symbol.for('tracklayer.heard');
interface Marked {
  [heardKey]?: unknown;
}

export function createReplays(window: HeapWindow, names: readonly string[], look: () => void): Replays {
  const known = new WeakSet();
  let classicQueue: Entry[] = [];
  let repeated: HeapCall | undefined;
  /** What classic puts off until it is ready. */
  let putOff: HeapCall[] | undefined;

  const readyQueue = (): HeapReadyEntry[] =>
    Array.isArray(window.heapReadyCb) ? (window.heapReadyCb as HeapReadyEntry[]) : [];

  function repeating<Result>(heard: HeapCall, call: () => Result): Result {
    const before = repeated;
    repeated = heard;
    try {
      return call();
    } finally {
      repeated = before;
    }
  }

  function add(entry: Entry, heard: HeapCall): void {
    if (!entry || known.has(entry)) return;
    known.add(entry);
    if (Array.isArray(entry)) return;
    const { fn } = entry;
    entry.fn = () => {
      look();
      return repeating(heard, fn);
    };
  }

  return {
    repeating,

    during(container, heard, call) {
      const ready = readyQueue();
      const own = Array.isArray(container) ? (container as Entry[]) : [];
      const lengths = [ready.length, own.length] as const;
      const result = call();
      if (ready.length > lengths[0]) add(ready.at(-1), heard);
      if (own.length > lengths[1]) {
        classicQueue = own;
        add(own.at(-1), heard);
      }
      return result;
    },

    read(stub, isReadyStub, tell) {
      const own = Array.isArray(stub) ? (stub as Entry[]) : [];
      if (own.length > 0) classicQueue = own;
      // With both snippets on a page, the stubs of the later one queue last.
      const queues = isReadyStub ? [own, readyQueue()] : [readyQueue(), own];
      for (const queue of queues) {
        const heardBefore = Number((queue as Marked)[heardKey] ?? 0);
        // Not what comes while we read.
        Array.from(queue).forEach((entry, place) => {
          if (!entry || known.has(entry)) return;
          const [name, ...queued] = Array.isArray(entry) ? entry : [entry.name];
          if (!names.includes(name as string)) return;
          const args = Array.isArray(entry) ? queued : argumentsOf(window, entry);
          if (!args) return;
          const call = { name, args } as HeapCall;
          add(entry, call);
          if (place >= heardBefore) tell(call);
        });
      }
    },

    swallows(object, call) {
      const isOfUser = /^(identify|addUserProperties)$/.test(call.name);
      let isKnown = isLike(repeated, call);
      if (isKnown) repeated = undefined;
      else {
        // Classic takes an entry off its queue when its call returned; one at which the drain broke off stays.
        const entry = object === (classicQueue as object) ? undefined : classicQueue[0];
        isKnown =
          Array.isArray(entry) &&
          isLike({ name: entry[0], args: entry.slice(1) } as HeapCall, call) &&
          known.delete(entry);
      }
      if (!isOfUser || !object.loaded || object.getUserId) return isKnown;
      putOff ??= ((object as Marked)[heardKey] as HeapCall[] | undefined) ?? [];
      if (!isReady(object)) putOff.push(call);
      else if (!isKnown && putOff.length > 0) {
        isKnown = isLike(putOff.shift(), call);
        // Not as we thought: nothing of it is waited for any more.
        if (!isKnown) putOff = [];
      }
      return isKnown;
    },

    leave(library) {
      for (const queue of [classicQueue, readyQueue()]) (queue as Marked)[heardKey] = queue.length;
      if (library && putOff?.length) (library as Marked)[heardKey] = putOff;
    },
  };
}

const isLike = (one: HeapCall | undefined, { name, args }: HeapCall): boolean =>
  one?.name === name &&
  one.args.length === args.length &&
  one.args.every((arg, place) => Object.is(arg, args[place]));

/** SDK 5 hides the arguments in a thunk that looks up `heap[name]` when it runs: for a moment, that is us. */
function argumentsOf(window: HeapWindow, { name, fn }: HeapReadyEntry): readonly unknown[] | undefined {
  const stub = window.heap;
  let found: readonly unknown[] | undefined;
  // What is not the snippet's own thunk is seen when the library runs it.
  attempt(() => {
    const recorder = { [name]: (...args: unknown[]) => void (found = args) };
    window.heap = recorder;
    // A setter of the page's own may not take it: the stub would queue the call once more.
    if (window.heap === recorder) fn();
  });
  window.heap = stub;
  return found;
}

import type { HeapReadyEntry, HeapWindow, WatchedName } from './heap-api.ts';

/** Knows which calls the library will make once more when it drains the queue of its stub. */
export interface Replays {
  /** Calls the stub; what it queues meanwhile is known to be a replay later. */
  during<Result>(stub: readonly unknown[], call: () => Result): Result;
  /** Hands over what was queued before we came, in order. */
  read(stub: object, tell: (name: unknown, args: readonly unknown[]) => void): void;
  /** What is queued now is no news to a hook that comes after us. */
  leave(): void;
  /** Whether this call of the library's object is the drain of a known one. */
  has(name: WatchedName, args: readonly unknown[]): boolean;
}

type Entry = unknown[] | HeapReadyEntry | undefined;

interface Queue extends Array<Entry> {
  /** How many of its entries a hook heard of that is gone. */
  tracklayer?: number;
}

type Quietly = <Result>(work: () => Result) => Result;

export function createReplays(window: HeapWindow, names: readonly unknown[], quietly: Quietly): Replays {
  // Classic: `[name, ...args]`, on the array until its call returned.
  const known = new WeakSet();
  let classicQueue: readonly unknown[] = [];

  const readyQueue = (): HeapReadyEntry[] =>
    Array.isArray(window.heapReadyCb) ? (window.heapReadyCb as HeapReadyEntry[]) : [];

  function add(entry: Entry): void {
    if (Array.isArray(entry)) known.add(entry);
    else if (entry?.fn) {
      const { fn } = entry;
      entry.fn = () => quietly(fn);
    }
  }

  return {
    during(stub, call) {
      const ready = readyQueue();
      const readyLength = ready.length;
      const result = call();
      if (ready.length > readyLength) add(ready.at(-1));
      classicQueue = stub;
      add(stub.at(-1) as Entry);
      return result;
    },

    read(stub, tell) {
      if (!Array.isArray(stub)) return;
      classicQueue = stub;
      for (const queue of [stub, readyQueue()] as Queue[]) {
        // Not what comes while we read.
        queue.forEach((entry, place) => {
          const [name, ...queued] = Array.isArray(entry) ? entry : [entry?.name];
          const args = names.includes(name) && (Array.isArray(entry) ? queued : argumentsOf(window, entry!));
          if (!args) return;
          add(entry);
          if (!(place < queue.tracklayer!)) tell(name, args);
        });
      }
    },

    leave() {
      for (const queue of [classicQueue, readyQueue()] as Queue[]) queue.tracklayer = queue.length;
    },

    has(name, args) {
      const entry = classicQueue[0] as unknown[] | undefined;
      return (
        entry?.[0] === name &&
        entry.length === args.length + 1 &&
        args.every((arg, place) => Object.is(arg, entry[place + 1])) &&
        // Once each: a drain that broke off leaves its entry at the head for good.
        known.delete(entry)
      );
    },
  };
}

/** SDK 5 hides the arguments in a thunk that looks up `heap[name]` when it runs: for a moment, that is us. */
function argumentsOf(window: HeapWindow, { name, fn }: HeapReadyEntry): readonly unknown[] | undefined {
  const stub = window.heap;
  let found: readonly unknown[] | undefined;
  try {
    const recorder = { [name]: (...args: unknown[]) => void (found = args) };
    window.heap = recorder;
    // A setter of the page's own may not take it: the stub would queue the call once more.
    if (window.heap === recorder) fn();
  } catch {
    // Not the snippet's own thunk; it is seen when the library runs it.
  } finally {
    window.heap = stub;
  }
  return found;
}

import { isReady, type HeapApi } from './heap-api.ts';

/** When the listener has its turn: once the page's script and Heap have had theirs, and the library is ready. */
export interface Turns {
  /** One soon, if the library is ready or will be within three seconds. */
  take(): void;
  stop(): void;
}

// As long as Heap itself waits for its user.
const readyPollMs = 200;
const readyPolls = 15;

/**
 * @param look - called before each turn: Heap may be another one by now.
 * @param library - Heap's library, ready or not; `undefined` before it was loaded, and while nobody is told.
 */
export function createTurns(
  look: () => void,
  library: () => HeapApi | undefined,
  turn: (heap: HeapApi) => void,
): Turns {
  let isDue = false;
  let isStopped = false;
  let polling: ReturnType<typeof setTimeout> | undefined;

  function take(): void {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      if (isStopped) return;
      look();
      const heap = library();
      if (!heap) return;
      if (isReady(heap)) turn(heap);
      else awaitReady(readyPolls);
    });
  }

  /** Classic is ready some time after it was loaded, and says so to nobody. */
  function awaitReady(polls: number): void {
    clearTimeout(polling);
    polling = setTimeout(() => {
      const heap = library();
      if (heap && isReady(heap)) take();
      else if (polls > 1) awaitReady(polls - 1);
    }, readyPollMs);
  }

  return {
    take,
    stop() {
      isStopped = true;
      clearTimeout(polling);
    },
  };
}

import { attempt } from '@tracklayer/core/adapter';
import { awaitScripts } from './await-scripts.ts';
import { isReady, type HeapApi, type HeapCall, type HeapMethod, type HeapWindow } from './heap-api.ts';
import { intercept } from './intercept.ts';
import { isLabelled } from './labelling.ts';
import { createMethods, watched } from './methods.ts';
import { createReplays } from './replays.ts';

/** What a hook tells of. `heap` is Heap's object at that moment: its library, or a container of stubs. */
export interface HeapListener {
  /** Told of each call of the page, once, before Heap is; what it returns runs when Heap's own call has returned. */
  call(call: HeapCall, heap: HeapApi): (() => void) | undefined;
  /** Told when the library is ready, and after calls: once the page's script and Heap have had their turn. */
  turn(heap: HeapApi): void;
}

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
  let current: unknown;
  let isReading = false;
  let isQuiet = false;
  let isTurn = false;
  let isStopped = false;
  let polling: ReturnType<typeof setTimeout> | undefined;
  let releaseGlobal: (() => void) | undefined;
  let stopAwaiting: (() => void) | undefined;

  const library = (): (HeapApi & Record<string, unknown>) | undefined =>
    isObject(current) && (current as HeapApi).loaded
      ? (current as HeapApi & Record<string, unknown>)
      : undefined;

  /** Heap works as without us, also when we fail. Calls inside are ours. */
  function safely(work: () => void): void {
    const before = isQuiet;
    isQuiet = true;
    attempt(work);
    isQuiet = before;
  }

  const replays = createReplays(window, watched, lookAgain);
  const methods = createMethods(replays, lookAgain, library, () => isStopped || isQuiet, safely, hear);

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
      giveTurn(readyPolls);
    });
  }

  /** Classic is ready some time after it was loaded, and says so to nobody: it is asked again, `polls` times. */
  function giveTurn(polls: number): void {
    clearTimeout(polling);
    // Nothing once it is stopped.
    look();
    const heap = library();
    if (isStopped || !heap || isLabelled(window)) return;
    if (isReady(heap)) safely(() => listener.turn(heap));
    else if (polls > 0) polling = setTimeout(giveTurn, readyPollMs, polls - 1);
  }

  function replace(next: unknown): void {
    current = next;
    if (isObject(next)) methods.hold(next);
    takeTurn();
  }

  function lookAgain(): void {
    if (window.heap !== current) replace(window.heap);
  }

  function readQueues(stub: object): void {
    isReading = true;
    // A global that can't be written hides what SDK 5 queued.
    attempt(() => {
      const track: unknown = Reflect.get(stub, 'track');
      const isReadyStub = /heapReadyCb/.test(String(methods.ownOf(track as HeapMethod) ?? track));
      replays.read(stub, isReadyStub, (call) => safely(() => hear(call)?.()));
    });
    isReading = false;
  }

  function holdGlobal(): void {
    // A page may ask whether there is a Heap: not before there is.
    if (releaseGlobal || (window.document && !Object.hasOwn(window, 'heap'))) return;
    // `var heap` came first: its global can't be an accessor, so we look when scripts have run.
    releaseGlobal = attempt(() =>
      intercept(window, 'heap', (value) => {
        if (!isReading && !isStopped) replace(value);
        return [value, value];
      }),
    );
  }

  function look(): void {
    if (isStopped || isReading) return;
    lookAgain();
    if (isObject(current)) {
      methods.hold(current);
      if (!library()) readQueues(current);
    }
    holdGlobal();
    const isFound = isObject(current) && methods.isHeld(current) && (releaseGlobal || library());
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
      if (releaseGlobal) safely(releaseGlobal);
      methods.release();
    },
  };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

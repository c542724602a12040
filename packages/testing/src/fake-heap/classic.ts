import { autocapture } from './autocapture.ts';
import { createClassicLibrary, type ClassicLibrary } from './classic-library.ts';
import type { Generation } from './generation.ts';
import { createHeapCookies } from './heap-cookies.ts';
import type { HeapRecord } from './heap-record.ts';
import { callHeap, type HeapGlobal, type HeapWindow } from './heap-window.ts';
import { announceHistory } from './history-events.ts';
import { beginLabelling } from './labelling.ts';
import type { LibraryScript } from './library-script.ts';

const stubbed = [
  'addEventProperties',
  'addUserProperties',
  'clearEventProperties',
  'identify',
  'resetIdentity',
  'removeEventProperty',
  'setEventProperties',
  'track',
  'unsetEventProperty',
];

/** Heap 4.x: a queue of `[name, ...args]` on the array, and errors where the stub is used after the library came. */
export function createClassic(
  window: HeapWindow,
  record: HeapRecord,
  script: LibraryScript,
  version: '4.14' | '4.23',
): Generation {
  const cookies = createHeapCookies(window, record, { user: '_hp2_id', properties: '_hp2_props' });
  const undo: (() => void)[] = [];
  let library: ClassicLibrary | undefined;

  function snippet({ load = true }: { load?: boolean | undefined } = {}): void {
    window.heap ??= [] as unknown[] as HeapGlobal;
    window.heap['load'] = (appid: string, config: object = {}) => {
      window.heap['appid'] = appid;
      window.heap['config'] = config;
      for (const name of stubbed) {
        window.heap[name] = function stub(...args: unknown[]): void {
          window.heap.push([name, ...args]);
        };
      }
      script.insert();
    };
    if (load) callHeap(window, 'load', ['2048']);
  }

  function start(): void {
    const queue = window.heap;
    if (queue['loaded']) return;
    record.appid = queue['appid'];
    cookies.restore();
    library = createClassicLibrary(window, record, cookies.save, queue, version);
    window.heap = library.object as HeapGlobal;
    while (Array.isArray(queue) && queue.length > 0) {
      const [name, ...args] = queue[0] as [string, ...unknown[]];
      callHeap(window, name, args);
      queue.shift();
    }
    undo.push(
      autocapture(window, ({ kind }) => library?.send('heap_autotrack', { kind }, true)),
      announceHistory(window),
    );
    record.isStarted = true;
  }

  return {
    snippet,
    load() {
      try {
        start();
      } catch (error) {
        record.errors.push(error);
      }
    },
    ready() {
      // A start that broke off becomes ready never.
      if (record.isStarted) library?.ready();
    },
    label: () => beginLabelling(window),
    flush() {},
    stop() {
      for (const undone of undo.splice(0)) undone();
    },
    forget: cookies.forget,
  };
}

import { autocapture } from './autocapture.ts';
import { eventPropertyMethods } from './event-properties.ts';
import type { Generation } from './generation.ts';
import { startOver, type HeapRecord } from './heap-record.ts';
import { callHeap, type HeapGlobal, type HeapWindow, type Method } from './heap-window.ts';
import { isRejectedIdentity } from './rejected-identities.ts';
import { storedProperties } from './stored-properties.ts';

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
export function createClassic(window: HeapWindow, record: HeapRecord, version: string): Generation {
  let stopCapture: (() => void) | undefined;
  let isReady = false;
  const waiting: [string, unknown[]][] = [];
  const ofEvents = eventPropertyMethods(record);

  function send(event: string, given: Record<string, unknown>, isAutotrack: boolean): void {
    const properties = storedProperties({ ...record.eventProperties, ...given });
    record.events.push({ event, properties, isAutotrack });
  }

  function snippet(): void {
    window.heap ??= [] as unknown[] as HeapGlobal;
    window.heap['load'] = (appid: string, config: object = {}) => {
      window.heap['appid'] = appid;
      window.heap['config'] = config;
      for (const name of stubbed) {
        window.heap[name] = function stub(...args: unknown[]): void {
          window.heap.push([name, ...args]);
        };
      }
    };
    callHeap(window, 'load', ['2048']);
  }

  function createLibrary(stub: HeapGlobal): object {
    const methods: Record<string, Method> = {
      ...ofEvents,
      setEventProperties: ofEvents.addEventProperties,
      unsetEventProperty: ofEvents.removeEventProperty,
      track(name, properties = {}) {
        // Heap serialises at once: a BigInt or a cycle throws into the page.
        send(name as string, JSON.parse(JSON.stringify(properties)) as Record<string, unknown>, false);
      },
      identify(id, marker) {
        if (!isReady && !Array.isArray(marker)) waiting.push(['identify', [id]]);
        const identity = String(id).slice(0, 255);
        if (isRejectedIdentity(id)) record.rejected.push(id);
        else if (identity === record.identity) return;
        else if (!Array.isArray(marker)) callHeap(window, 'identify', [id, [1]]);
        else {
          if (record.identity !== null) startOver(record);
          record.identity = identity;
          showIdentity();
        }
      },
      resetIdentity() {
        if (record.identity === null) return;
        startOver(record);
        showIdentity();
      },
      addUserProperties(properties) {
        if (!isReady) waiting.push(['addUserProperties', [properties]]);
      },
    };
    if (version !== '4.14') {
      Object.assign(methods, { getSessionId: () => record.sessionId, getReplayId: () => null });
    }
    const { appid, config } = stub;
    const library: Record<string, unknown> = { appid, config, loaded: true, version };
    for (const [name, method] of Object.entries(methods)) {
      library[name] = function (this: unknown, ...args: unknown[]): unknown {
        if (!name.startsWith('get')) record.calls.push({ method: name, args, at: Date.now() });
        return method.apply(this, args);
      };
    }
    function showIdentity(): void {
      Object.assign(library, { userId: record.userId, identity: record.identity });
    }
    showIdentity();
    return library;
  }

  function start(): void {
    const queue = window.heap;
    if (queue['loaded']) return;
    window.heap = createLibrary(queue) as HeapGlobal;
    while (queue.length > 0) {
      const [name, ...args] = queue[0] as [string, ...unknown[]];
      callHeap(window, name, args);
      queue.shift();
    }
    isReady = true;
    for (const [name, args] of waiting.splice(0)) callHeap(window, name, args);
    stopCapture = autocapture(window, ({ kind }) => {
      send('heap_autotrack', { kind }, true);
    });
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
    flush() {},
    stop: () => stopCapture?.(),
  };
}

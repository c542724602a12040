import { createAnswers } from './answers.ts';
import { autocapture } from './autocapture.ts';
import type { Generation } from './generation.ts';
import type { HeapRecord } from './heap-record.ts';
import { callHeap, type HeapGlobal, type HeapWindow, type Method, type ReadyEntry } from './heap-window.ts';
import { createPipeline } from './pipeline.ts';
import { createSdk5Methods } from './sdk5-methods.ts';

const stubbed =
  'init startTracking stopTracking track resetIdentity identify identifyHashed getSessionId getUserId getIdentity addUserProperties addEventProperties removeEventProperty clearEventProperties addAccountProperties addAdapter addTransformer addTransformerFn onReady addPageviewProperties removePageviewProperty clearPageviewProperties trackPageview'.split(
    ' ',
  );
const waitsForReady = ['onReady', 'identify', 'addUserProperties'];

/** Heap SDK 5: late-bound thunks on `heapReadyCb`, drained once; a stub used later is lost without a word. */
export function createSdk5(window: HeapWindow, record: HeapRecord): Generation {
  const pipeline = createPipeline(record);
  const answers = createAnswers();
  let stopCapture: (() => void) | undefined;

  function snippet(): void {
    window.heapReadyCb ??= [];
    window.heap ??= [] as unknown[] as HeapGlobal;
    window.heap['load'] = (envId: string, clientConfig: object = {}) => {
      Object.assign(window.heap, { envId, clientConfig });
      for (const name of stubbed) {
        window.heap[name] = function stub(...args: unknown[]): void {
          window.heapReadyCb!.push({ name, fn: () => window.heap[name] && callHeap(window, name, args) });
        };
      }
    };
    callHeap(window, 'load', ['2048']);
  }

  function createLibrary(entries: ReadyEntry[]): object {
    const library: Record<string, unknown> = {};
    const methods: Record<string, Method> = {
      ...createSdk5Methods(window, record, pipeline, answers),
      init(appid) {
        // A stopTracking that came before the library prevents the start.
        if (record.isStarted || entries.some(({ name }) => name === 'stopTracking')) return;
        Object.assign(library, { appid, loaded: true, config: {} });
        const run = (isLate: boolean): void => {
          for (const { name, fn } of entries) {
            if (name !== 'init' && waitsForReady.includes(name) === isLate) fn();
          }
        };
        run(false);
        const track = window.heap['track'] as Method;
        stopCapture = autocapture(window, (interaction) => {
          // Bound when Heap started: a wrapper that was in place by then sees autocapture too.
          track.call(window.heap, 'heap_autotrack', interaction, { name: 'autotrack' });
        });
        record.isStarted = true;
        run(true);
      },
    };
    for (const [name, method] of Object.entries(methods)) {
      library[name] = function (this: unknown, ...args: unknown[]): unknown {
        if (!/^(init|get)/.test(name)) record.calls.push({ method: name, args, at: Date.now() });
        return method.apply(this, args);
      };
    }
    return library;
  }

  function start(): void {
    // heap_config.js, then the library.
    callHeap(window, 'init', [window.heap['envId']]);
    if (window.heap['appid']) return;
    const entries = window.heapReadyCb ?? [];
    window.heapReadyCb = [];
    window.heap = createLibrary(entries) as HeapGlobal;
    entries.find(({ name }) => name === 'init')?.fn();
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
    flush: pipeline.flush,
    stop() {
      stopCapture?.();
      pipeline.stop();
      answers.stop();
    },
  };
}

import { createAnswers } from './answers.ts';
import { autocapture } from './autocapture.ts';
import type { Generation } from './generation.ts';
import { createHeapCookies } from './heap-cookies.ts';
import type { HeapRecord } from './heap-record.ts';
import { callHeap, type HeapGlobal, type HeapWindow, type Method, type ReadyEntry } from './heap-window.ts';
import { announceHistory } from './history-events.ts';
import { beginLabelling } from './labelling.ts';
import type { LibraryScript } from './library-script.ts';
import { createPipeline } from './pipeline.ts';
import { createSdk5Methods } from './sdk5-methods.ts';

const stubbed =
  'init startTracking stopTracking track resetIdentity identify identifyHashed getSessionId getUserId getIdentity addUserProperties addEventProperties removeEventProperty clearEventProperties addAccountProperties addAdapter addTransformer addTransformerFn onReady addPageviewProperties removePageviewProperty clearPageviewProperties trackPageview'.split(
    ' ',
  );
const waitsForReady = ['onReady', 'identify', 'addUserProperties'];
// Heap's own business, and questions: no call that a page's test looks for.
const unrecorded = /^(init|get|addAdapter)/;

/** Heap SDK 5: late-bound thunks on `heapReadyCb`, drained once; a stub used later is lost without a word. */
export function createSdk5(
  window: HeapWindow,
  record: HeapRecord,
  script: LibraryScript,
  container: 'array' | 'object',
): Generation {
  const pipeline = createPipeline(record);
  const answers = createAnswers(() => record.isKnown);
  const cookies = createHeapCookies(window, record, {
    user: '_hp5_meta',
    properties: '_hp5_event_props',
    imported: '_hp2_id',
  });
  const undo: (() => void)[] = [];

  function snippet({ load = true }: { load?: boolean | undefined } = {}): void {
    window.heapReadyCb ??= [];
    window.heap ??= (container === 'array' ? [] : {}) as unknown as HeapGlobal;
    window.heap['load'] = (envId: string, clientConfig: object = {}) => {
      Object.assign(window.heap, { envId, clientConfig });
      for (const name of stubbed) {
        window.heap[name] = function stub(...args: unknown[]): void {
          window.heapReadyCb!.push({ name, fn: () => window.heap[name] && callHeap(window, name, args) });
        };
      }
      script.insert();
    };
    if (load) callHeap(window, 'load', ['2048']);
  }

  function createLibrary(entries: ReadyEntry[]): object {
    const library: Record<string, unknown> = {};
    const methods: Record<string, Method> = {
      ...createSdk5Methods(window, record, pipeline, answers, cookies.save),
      getConfig: () => library['config'],
      init(appid, clientConfig, serverConfig) {
        // A stopTracking that came before the library prevents the start.
        if (record.isStarted || entries.some(({ name }) => name === 'stopTracking')) return;
        const config = { ...(clientConfig as object), ...(serverConfig as object) };
        Object.assign(library, { appid, loaded: true, config });
        record.appid = appid;
        cookies.restore();
        cookies.save();
        record.isKnown = true;
        const run = (isLate: boolean): void => {
          for (const { name, fn } of entries) {
            if (name !== 'init' && waitsForReady.includes(name) === isLate) fn();
          }
        };
        run(false);
        const track = window.heap['track'] as Method;
        const stopCapture = autocapture(window, (interaction) => {
          if (interaction.kind.endsWith('CLICK')) callHeap(window, 'getConfig', []);
          // Bound when Heap started: a wrapper that was in place by then sees autocapture too.
          track.call(window.heap, 'heap_autotrack', interaction, { name: 'autotrack' });
        });
        undo.push(stopCapture, announceHistory(window));
        record.isStarted = true;
        run(true);
      },
    };
    for (const [name, method] of Object.entries(methods)) {
      library[name] = function (this: unknown, ...args: unknown[]): unknown {
        if (!unrecorded.test(name)) record.calls.push({ method: name, args, at: Date.now() });
        return method.apply(this, args);
      };
    }
    return library;
  }

  function start(): void {
    const { envId, clientConfig } = window.heap as { envId?: unknown; clientConfig?: unknown };
    // heap_config.js, then the library.
    callHeap(window, 'init', [envId, clientConfig, {}]);
    if (window.heap['appid']) return;
    const entries = window.heapReadyCb ?? [];
    window.heapReadyCb = [];
    window.heap = createLibrary(entries) as HeapGlobal;
    callHeap(window, 'addAdapter', [{ name: 'csq', fn: (): void => {} }]);
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
    ready() {},
    label() {
      const living = window.heap;
      beginLabelling(window);
      const members = Object.entries(living).map(([name, member]) => [
        name,
        typeof member === 'function' ? (): void => {} : member,
      ]);
      window.heap = Object.fromEntries(members) as HeapGlobal;
    },
    flush: pipeline.flush,
    stop() {
      for (const undone of undo.splice(0)) undone();
      pipeline.stop();
      answers.stop();
    },
    forget: cookies.forget,
  };
}

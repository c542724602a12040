import { createClassic } from './classic.ts';
import { createRecord, type HeapCall, type FakeHeapEvent } from './heap-record.ts';
import type { HeapGlobal, HeapWindow } from './heap-window.ts';
import { createSdk5 } from './sdk5.ts';

export interface FakeHeapOptions {
  /** Which Heap the page has: SDK 5, or the older 4.x. */
  generation: 'sdk5' | 'classic';
  /** Of the classic library. Default `4.23`; `4.14` knows no `getSessionId`. */
  version?: '4.14' | '4.23' | undefined;
  /** Where `heap` is put. Default: the page's own `window`. */
  window?: object | undefined;
  /** `false` leaves the snippet to a later `snippet()`. Default `true`. */
  snippet?: boolean | undefined;
}

export interface FakeHeap {
  /** The library's script arrives: it replaces `window.heap` and drains the queue. A second call is a second script. */
  load(): void;
  /** The CDN is blocked: from now on the library never arrives. */
  block(): void;
  /** Runs the snippet, again if need be, as a remount or a tag manager does. */
  snippet(): void;
  /** Visual labelling begins: a clone under another appid, whose methods do nothing, takes the library's place. */
  label(): void;
  /** Sends what waits inside Heap; by itself that happens within two seconds. */
  flush(): void;
  /** Takes the fake off the page, with its listeners and timers. */
  uninstall(): void;
  /** Calls that reached Heap's own methods, in order, with its calls of itself. */
  readonly calls: readonly HeapCall[];
  /** Events that Heap would send, autocaptured ones included. */
  readonly events: readonly FakeHeapEvent[];
  /** Errors of the library's own script. */
  readonly errors: readonly unknown[];
  /** Identities that Heap refused. */
  readonly rejected: readonly unknown[];
  readonly userId: string;
  readonly sessionId: string;
  readonly identity: string | null;
  /** Heap finished starting: it captures and sends. */
  readonly isStarted: boolean;
}

/**
 * Puts a stand-in of Heap on the page, as its snippet does; `load()` is the arrival of the library. It shows what
 * was measured of the true libraries: the replaced global, the late-bound queue, re-entrant methods, stale stubs. Pageviews,
 * user properties, cookies and the network are not played.
 *
 * @example
 * const heap = installFakeHeap({ generation: 'sdk5' });
 * window.heap.track('Order Completed', { orderId: 'ord_10492' });
 * heap.load();
 * heap.calls; // [{ method: 'track', args: ['Order Completed', { orderId: 'ord_10492' }], at: … }]
 */
export function installFakeHeap({
  generation,
  version = '4.23',
  window: given = globalThis,
  snippet = true,
}: FakeHeapOptions): FakeHeap {
  const window = given as HeapWindow;
  const record = createRecord();
  const heap = generation === 'sdk5' ? createSdk5(window, record) : createClassic(window, record, version);
  let isBlocked = false;
  if (snippet) heap.snippet();
  return {
    load() {
      if (!isBlocked) heap.load();
    },
    block() {
      isBlocked = true;
    },
    snippet: heap.snippet,
    label() {
      const members = Object.entries(window.heap).map(([name, member]) => [
        name,
        typeof member === 'function' ? (): void => {} : member,
      ]);
      window.heap = { ...Object.fromEntries(members), appid: 'labelling' } as HeapGlobal;
    },
    flush: heap.flush,
    uninstall() {
      heap.stop();
      Reflect.deleteProperty(window, 'heap');
      Reflect.deleteProperty(window, 'heapReadyCb');
    },
    calls: record.calls,
    events: record.events,
    errors: record.errors,
    rejected: record.rejected,
    get userId() {
      return record.userId;
    },
    get sessionId() {
      return record.sessionId;
    },
    get identity() {
      return record.identity;
    },
    get isStarted() {
      return record.isStarted;
    },
  };
}

import { createClassic } from './classic.ts';
import { createRecord, type FakeHeapEvent, type HeapCall } from './heap-record.ts';
import type { HeapWindow } from './heap-window.ts';
import { createLibraryScript } from './library-script.ts';
import { createSdk5 } from './sdk5.ts';

export interface FakeHeapOptions {
  /** Which Heap the page has: SDK 5, or the older 4.x. */
  generation: 'sdk5' | 'classic';
  /** Of the classic library. Default `4.23`; `4.14` knows no `getSessionId`. */
  version?: '4.14' | '4.23' | undefined;
  /** What SDK 5's stubs are put on: the snippet's array, or the plain object of Segment's "Heap Web (Actions)". Default `array`. */
  container?: 'array' | 'object' | undefined;
  /** Where `heap` is put. Default: the page's own `window`. */
  window?: object | undefined;
  /** `false` leaves the snippet to a later `snippet()`. Default `true`. */
  snippet?: boolean | undefined;
}

export interface FakeHeap {
  /**
   * The library's script arrives, in a turn of its own as scripts do: it replaces `window.heap` and drains the queue. A
   * second call is a second script. Resolves when the library is ready.
   *
   * @param options - `ready: false` leaves classic as it is until it has its user: loaded, and putting `identify` and
   *   `addUserProperties` off until `ready()`.
   */
  load(options?: { ready?: boolean | undefined }): Promise<void>;
  /** Classic gets its user, and says again, in order, what it had put off. */
  ready(): void;
  /** The CDN is blocked: from now on the library never arrives. */
  block(): void;
  /**
   * Runs the snippet, again if need be, as a remount or a tag manager does.
   *
   * @param options - `load: false` leaves the call of `heap.load(…)` to the page, as where it waits for consent.
   */
  snippet(options?: { load?: boolean | undefined }): void;
  /**
   * Visual labelling begins: `heap.appid` becomes labelling's own, `window.heapV` appears, and in SDK 5 a copy whose methods
   * do nothing takes the library's place.
   */
  label(): void;
  /** Sends what waits inside Heap; by itself that happens within two seconds. */
  flush(): void;
  /**
   * Takes the fake off the page, with its listeners, timers and cookies.
   *
   * @param options - `keepCookies: true` is what a reload does: the next fake knows the same user.
   */
  uninstall(options?: { keepCookies?: boolean | undefined }): void;
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
 * was measured of the true libraries: the replaced global, the late-bound queue, re-entrant methods, what classic puts off
 * until it is ready, stale stubs, labelling, identity and event properties in cookies. Pageviews, user properties and the
 * network are not played.
 *
 * @example
 * const heap = installFakeHeap({ generation: 'sdk5' });
 * window.heap.track('Order Completed', { orderId: 'ord_10492' });
 * await heap.load();
 * heap.calls; // [{ method: 'track', args: ['Order Completed', { orderId: 'ord_10492' }], at: … }]
 */
export function installFakeHeap({
  generation,
  version = '4.23',
  container = 'array',
  window: given = globalThis,
  snippet = true,
}: FakeHeapOptions): FakeHeap {
  const window = given as HeapWindow;
  const record = createRecord();
  const script = createLibraryScript(window);
  const heap =
    generation === 'sdk5'
      ? createSdk5(window, record, script, container)
      : createClassic(window, record, script, version);
  let isBlocked = false;
  if (snippet) heap.snippet();
  return {
    async load({ ready = true } = {}) {
      // No script runs in the middle of another.
      await Promise.resolve();
      if (isBlocked) return;
      heap.load();
      script.loaded();
      await Promise.resolve();
      if (ready) heap.ready();
    },
    ready: heap.ready,
    block() {
      isBlocked = true;
    },
    snippet: heap.snippet,
    label: heap.label,
    flush: heap.flush,
    uninstall({ keepCookies = false } = {}) {
      heap.stop();
      script.remove();
      if (!keepCookies) heap.forget();
      for (const name of ['heap', 'heapReadyCb', 'heapV']) Reflect.deleteProperty(window, name);
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

// For its types: `import '@tracklayer/browser/heap'` declares the global `heap` with what both generations have.

/** A value that Heap keeps, as text; objects are dropped. */
export type HeapValue = string | number | boolean | null | undefined;
/** `track` may carry lists and objects too: a registry reads them, Heap drops objects. */
export type HeapProperties = Readonly<Record<string, unknown>>;

/**
 * `window.heap`, from its snippet on. Before the library is there, methods queue their calls and return nothing.
 *
 * @see https://developers.heap.io/reference/client-side-apis-overview
 */
export interface HeapGlobal {
  /** Loads Heap's library: what the snippet ends with. */
  load(environmentId: string, config?: Readonly<Record<string, unknown>>): void;
  /** Sends an event. The name is a label of the registry, up to 255 characters. */
  track(event: string, properties?: HeapProperties): void;
  /** Names the visitor, by an id of your own and not by an e-mail address. */
  identify(identity: string | number): void;
  /** Logout: Heap starts a new anonymous user. */
  resetIdentity(): void;
  addUserProperties(properties: Readonly<Record<string, HeapValue>>): void;
  /** Properties that ride on every later event of this browser. */
  addEventProperties(properties: Readonly<Record<string, HeapValue>>): void;
  removeEventProperty(name: string): void;
  clearEventProperties(): void;
  /** SDK 5 only: names the visitor by the SHA-256 of an id. */
  identifyHashed?(identity: string | number): Promise<void> | void;
  /** SDK 5 only; `null` or nothing before the library is ready. */
  getUserId?(callback?: (id: string | null) => void): string | null | undefined;
  getSessionId?(callback?: (id: string | null) => void): string | null | undefined;
  getIdentity?(callback?: (identity: string | null) => void): string | null | undefined;
  /** SDK 5 only. */
  onReady?(callback: () => void): void;
  /** Classic only: Heap's own id of the visitor. */
  readonly userId?: string | undefined;
  readonly identity?: string | null | undefined;
  /** There once the library has loaded. */
  readonly loaded?: boolean | undefined;
  readonly appid?: string | undefined;
}

declare global {
  /** Heap's global, `undefined` until its snippet has run. */
  var heap: HeapGlobal;
}

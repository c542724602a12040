/** A method of Heap, or of its stub. */
export type HeapMethod = (this: unknown, ...args: unknown[]) => unknown;

/**
 * What we read of `window.heap`, in both generations: stubs before the library came, a plain object with `loaded` after.
 * Classic shows `userId` once it is ready; SDK 5 answers `getUserId()`.
 */
export interface HeapApi {
  loaded?: unknown;
  appid?: unknown;
  userId?: unknown;
  identity?: unknown;
  getUserId?: (() => unknown) | undefined;
  getIdentity?: (() => unknown) | undefined;
  getSessionId?: (() => unknown) | undefined;
  addUserProperties?: ((properties: Record<string, string>) => unknown) | undefined;
}

/** A call that SDK 5's stub queued: `fn` looks the method up when it runs. */
export interface HeapReadyEntry {
  name: string;
  fn: () => unknown;
}

/** The part of `window` that Heap fills. */
export interface HeapWindow {
  heap?: unknown;
  heapReadyCb?: unknown;
  /** There while an analyst labels the page. */
  heapV?: unknown;
  document?: Document | undefined;
}

/** The methods that are watched. */
type WatchedName = 'track' | 'identify' | 'identifyHashed' | 'resetIdentity' | 'addUserProperties';

/** One call of such a method. */
export interface HeapCall {
  readonly name: WatchedName;
  readonly args: readonly unknown[];
}

/** Classic shows its user when it is ready; SDK 5 is ready once it is loaded. */
export const isReady = ({ loaded, userId, getUserId }: HeapApi): boolean =>
  Boolean(loaded && (userId ?? getUserId));

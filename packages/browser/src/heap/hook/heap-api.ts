/** A method of Heap, or of its stub. */
export type HeapMethod = (this: unknown, ...args: unknown[]) => unknown;

/**
 * What we read of `window.heap`, in both generations: an array of stubs before the library came, a plain object after.
 * Classic shows `userId`; SDK 5 answers `getUserId()`.
 */
export interface HeapApi {
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

/** The part of `window` that Heap's snippet fills. */
export interface HeapWindow {
  heap?: unknown;
  heapReadyCb?: unknown;
}

/** The methods that are watched. */
export type WatchedName = 'track' | 'identify' | 'identifyHashed' | 'resetIdentity' | 'addUserProperties';

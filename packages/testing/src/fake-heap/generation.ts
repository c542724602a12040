/** One generation of Heap, as a page meets it. */
export interface Generation {
  /** What the snippet does; a page may do it more than once. `load: false` leaves `heap.load(…)` to the page. */
  snippet(options?: { load?: boolean | undefined }): void;
  /** The library's script runs. */
  load(): void;
  /** The library is ready: SDK 5 at once, classic some time after its script ran. */
  ready(): void;
  label(): void;
  /** Sends what is queued inside Heap, which by itself happens within two seconds. */
  flush(): void;
  /** Removes listeners and timers. */
  stop(): void;
  /** Deletes its cookies. */
  forget(): void;
}

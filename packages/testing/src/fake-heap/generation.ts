/** One generation of Heap, as a page meets it. */
export interface Generation {
  /** What the snippet does; a page may do it more than once. */
  snippet(): void;
  /** The library's script runs. */
  load(): void;
  /** Sends what is queued inside Heap, which by itself happens within two seconds. */
  flush(): void;
  /** Removes listeners and timers. */
  stop(): void;
}

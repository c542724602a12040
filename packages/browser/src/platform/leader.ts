const longestWaitMs = 10_000;

/** Calls `start` while no other tab of this origin sends; at once where there are no Web Locks. */
export function createExclusively(
  locks: LockManager | undefined,
): (start: () => Promise<unknown>) => Promise<unknown> {
  return (start) => {
    if (!locks) return start();
    // A tab that hangs, or a page that may not lock (an opaque origin), keeps nobody from sending.
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), longestWaitMs);
    return locks
      .request('tl1:send', { signal: patience.signal }, start)
      .catch(start)
      .finally(() => clearTimeout(timer));
  };
}

const longestWaitMs = 10_000;

/** Runs `work` while no other tab of this origin sends; at once where there are no Web Locks. */
export function createExclusively(
  locks: LockManager | undefined,
): <Result>(work: () => Promise<Result>) => Promise<Result> {
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    let running: Promise<Result> | undefined;
    const start = (): Promise<Result> => (running ??= work());
    if (!locks) return start();
    // A tab that hangs, or a page that may not lock (an opaque origin), keeps nobody from sending.
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), longestWaitMs);
    return (locks.request('tl1:send', { signal: patience.signal }, start) as Promise<Result>)
      .catch(start)
      .finally(() => clearTimeout(timer));
  };
}

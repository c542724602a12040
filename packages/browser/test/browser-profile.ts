/** What one tab has of its browser, until it ends. */
export interface TabEnvironment {
  readonly id: string;
  readonly storage: Storage;
  readonly locks: LockManager | undefined;
  /** A request is under way, or a lock is held or waited for: such a page does not enter the back/forward cache. */
  readonly isBusy: boolean;
  /** Runs `work` unless the tab has ended; later, while it is frozen. */
  whileAlive(work: () => void): () => void;
  /** A request: nobody reads its answer once the tab has ended. */
  inFlight<Result>(request: () => Promise<Result>): Promise<Result>;
  freeze(isFrozen: boolean): void;
  /** Closed, killed or evicted: its locks are free, and it does nothing any more. */
  end(): void;
}

/** One browser's storage and locks, which its tabs share. */
export interface BrowserProfile {
  open(): TabEnvironment;
  storedMessages(): string[];
}

interface Wait {
  name: string;
  tab: object;
  grant(): void;
}

/** Locks as `navigator.locks` has them: one holder a name, first come, first served. */
export function createBrowserProfile({ hasLocks }: { hasLocks: boolean }): BrowserProfile {
  const kept: Record<string, string> = {};
  let held: Wait[] = [];
  let waiting: Wait[] = [];
  let tabs = 0;

  function grantNext(): void {
    for (const wait of Array.from(waiting)) {
      if (held.some(({ name }) => name === wait.name)) continue;
      waiting = waiting.filter((other) => other !== wait);
      held.push(wait);
      wait.grant();
    }
  }

  function lockManager(tab: object, isOver: () => boolean): LockManager {
    const request = (name: string, ...rest: unknown[]): Promise<unknown> => {
      const work = rest.at(-1) as () => unknown;
      if (isOver()) return new Promise(() => {});
      const { signal } = (rest.length > 1 ? rest[0] : {}) as { signal?: AbortSignal };
      return new Promise((resolve, reject) => {
        const wait: Wait = {
          name,
          tab,
          grant: () =>
            queueMicrotask(() => {
              if (isOver()) return;
              Promise.resolve()
                .then(() => work())
                .then(resolve, reject)
                .finally(() => {
                  held = held.filter((other) => other !== wait);
                  grantNext();
                });
            }),
        };
        signal?.addEventListener('abort', () => {
          if (!waiting.includes(wait)) return;
          waiting = waiting.filter((other) => other !== wait);
          reject(signal.reason as Error);
        });
        waiting.push(wait);
        grantNext();
      });
    };
    const query = (): Promise<object> => Promise.resolve({ held: [...held], pending: [...waiting] });
    return { request, query } as LockManager;
  }

  function open(): TabEnvironment {
    const tab = {};
    let isOver = false;
    let isFrozen = false;
    let requests = 0;
    let put: (() => void)[] = [];
    // Timers that nobody can stop from here find nothing to do.
    const isAsleep = (): boolean => isOver || isFrozen;
    const methods: Record<string, unknown> = {
      getItem: (key: string) => (isAsleep() ? null : (kept[key] ?? null)),
      setItem: (key: string, value: string) => void (isAsleep() || (kept[key] = value)),
      removeItem: (key: string) => void (isAsleep() || delete kept[key]),
    };
    // Its keys are its own properties, as in browsers.
    const storage = new Proxy(kept, {
      get: (_, name: string) => methods[name],
      ownKeys: () => (isAsleep() ? [] : Object.keys(kept)),
    }) as unknown as Storage;

    function whileAlive(work: () => void): () => void {
      return () => {
        if (isOver) return;
        if (isFrozen) put.push(work);
        else work();
      };
    }

    return {
      id: `0000-${(++tabs).toString(16).padStart(8, '0')}`,
      storage,
      locks: hasLocks ? lockManager(tab, () => isOver) : undefined,
      get isBusy() {
        return requests > 0 || [...held, ...waiting].some((wait) => wait.tab === tab);
      },
      whileAlive,
      inFlight(request) {
        if (isOver) return new Promise(() => {});
        requests++;
        return new Promise((resolve, reject) => {
          void request()
            .then(
              (answer) => whileAlive(() => resolve(answer))(),
              (cause: unknown) => whileAlive(() => reject(cause))(),
            )
            .finally(() => requests--);
        });
      },
      freeze(freezes) {
        isFrozen = freezes;
        for (const work of freezes ? [] : put.splice(0)) work();
      },
      end() {
        isOver = true;
        put = [];
        held = held.filter((wait) => wait.tab !== tab);
        waiting = waiting.filter((wait) => wait.tab !== tab);
        grantNext();
      },
    };
  }

  return {
    open,
    storedMessages: () => Object.keys(kept).filter((key) => key.startsWith('tl1:m:')),
  };
}

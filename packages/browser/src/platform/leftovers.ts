import { attempt } from '@tracklayer/core/adapter';
import { createBeatingOwner, createLockOwner } from './owner.ts';
import { createPageStore, type PageStore } from './storage.ts';

/** This client's stored messages, and those that clients of closed or killed pages left behind. */
export interface Leftovers {
  store: PageStore;
  /** Leaves our own messages to others. */
  letGo(): void;
  /** Claims them again, if there were any. */
  takeBack(): void;
  /** Looks for messages whose owners are gone, and has them adopted. */
  look(): void;
}

const lookIntervalMs = 10_000;

/**
 * @param onFound - called with the dead owners buried in the store, while no other tab adopts.
 */
export function createLeftovers(
  storage: Storage,
  locks: LockManager | undefined,
  id: string,
  onFound: () => void,
): Leftovers {
  const owner = locks ? createLockOwner(locks, id) : createBeatingOwner(storage, id);
  let isClosed = false;
  let hasStored = false;

  // Storage that fails is reported when a message is put; looking for leftovers may fail in silence.

  /** Not before there is something to own: without consent even a sign of life is too much. */
  function hold(): void {
    hasStored = true;
    attempt(owner.hold);
  }

  function letGo(): void {
    attempt(owner.release);
  }

  function takeBack(): void {
    if (hasStored) hold();
  }

  function look(): void {
    attempt(() => {
      const strangers = isClosed ? [] : store.strangers();
      if (strangers.length === 0) return;
      owner.findDead(strangers, found).catch(() => undefined);
    });
  }

  function found(dead: readonly string[]): void {
    if (isClosed || dead.length === 0) return;
    store.bury(dead);
    onFound();
    store.bury([]);
  }

  const store = createPageStore(storage, id, {
    onWrite: hold,
    onClose() {
      isClosed = true;
      clearInterval(timer);
      letGo();
    },
  });
  // A tab that is killed tells nobody.
  const timer = setInterval(look, lookIntervalMs);
  return { store, letGo, takeBack, look };
}

import { attempt } from '@tracklayer/core/adapter';

/** This client's claim on what it stored: as long as it holds, no other tab takes that over. */
export interface Owner {
  hold(): void;
  release(): void;
  /** Runs `found` with those of the owners that hold nothing, while no other tab does the same. */
  findDead(owners: readonly string[], found: (dead: string[]) => void): Promise<void>;
}

const beatIntervalMs = 10_000;
const deadAfterMs = 30_000;
const lockOf = (owner: string): string => `tl1:${owner}`;

/** By Web Locks, which end with their page, however it ends; a page that holds one can't enter the bfcache. */
export function createLockOwner(locks: LockManager, id: string): Owner {
  let letGo: (() => void) | undefined;
  return {
    hold() {
      if (letGo) return;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      locks.request(lockOf(id), () => held).catch(() => undefined);
    },
    release() {
      letGo?.();
      letGo = undefined;
    },
    findDead: (owners, found) =>
      locks.request('tl1:adopt', async () => {
        const { held = [], pending = [] } = await locks.query();
        const alive = new Set([...held, ...pending].map(({ name }) => name));
        found(owners.filter((owner) => !alive.has(lockOf(owner))));
      }),
  };
}

/** Without Web Locks (plain http, old Safari), by a sign of life every ten seconds. */
export function createBeatingOwner(storage: Storage, id: string): Owner {
  const keyOf = (owner: string): string => `tl1:alive:${owner}`;
  let timer: ReturnType<typeof setInterval> | undefined;
  // Where it fails, another tab may take our messages: they travel twice, under the same ids.
  const beat = (): unknown => attempt(() => storage.setItem(keyOf(id), String(Date.now())));
  return {
    hold() {
      if (timer !== undefined) return;
      beat();
      timer = setInterval(beat, beatIntervalMs);
    },
    release() {
      clearInterval(timer);
      timer = undefined;
      storage.removeItem(keyOf(id));
    },
    findDead(owners, found) {
      const oldest = Date.now() - deadAfterMs;
      const dead = owners.filter((owner) => !(Number(storage.getItem(keyOf(owner))) > oldest));
      found(dead);
      for (const owner of dead) storage.removeItem(keyOf(owner));
      return Promise.resolve();
    },
  };
}

import { TrackLayerError, type MessageStore, type StoredMessage } from '@tracklayer/core';
import {
  faultOf,
  lockFile,
  openSpoolFile,
  spoolError,
  type SpoolFile,
  type SpoolFileOptions,
} from './spool-file.ts';

/** Where a spool lives. */
export interface SpoolOptions extends Partial<SpoolFileOptions> {
  /** Made when it is not there. Several processes may share it. */
  folder: string;
}

const maxSpoolBytes = 536_870_912;
const namePattern = /^spool-\d+-[\w-]+\.db$/;
const youngMs = 60_000;
const turnName = 'turn.lock';
const longestTurnMs = 200;

/**
 * Messages on disk, in a folder that several processes may share: each writes a file of its own and, when it starts,
 * takes over the files of those that died. `put` has committed when it returns, which survives `kill -9` (delivery.md).
 * Opens its file at the first message. A failure is thrown as `TrackLayerError` `storage` from the call that meets it.
 */
export function createSpool({ folder, fsync = false, maxBytes = maxSpoolBytes }: SpoolOptions): MessageStore {
  const { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } =
    process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const ownName = `spool-${process.pid}-${crypto.randomUUID()}.db`;
  let own: SpoolFile | undefined;

  function open(name: string): SpoolFile {
    return openSpoolFile(join(folder, name), { fsync, maxBytes });
  }

  function ownFile(): SpoolFile {
    if (own) return own;
    // Names of customers' people are in here: nobody else on the machine needs to read them.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return (own = open(ownName));
  }

  function others(): string[] {
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter(
      (name) => namePattern.test(name) && name !== ownName && !isBeingMade(name),
    );
  }

  /** Between being made and being locked a file is empty; its owner has not died, it has only just begun. */
  function isBeingMade(name: string): boolean {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false });
    return !stats || (stats.size === 0 && Date.now() - stats.mtimeMs < youngMs);
  }

  /** Opens a file of a dead process; nothing when its process lives. */
  function openLeftover(name: string): SpoolFile | undefined {
    try {
      return open(name);
    } catch (cause) {
      if (faultOf(cause) === 'in_use') return undefined;
      throw refuse(name, cause);
    }
  }

  /** Sets a damaged file aside for a person to look at, and leaves every other one where it is. */
  function refuse(name: string, cause: unknown): TrackLayerError {
    if (faultOf(cause) !== 'corrupt') return spoolError(`spool file ${name} is left alone`, cause);
    for (const suffix of ['', '-wal']) {
      const path = join(folder, name + suffix);
      if (existsSync(path)) renameSync(path, `${path}.corrupt`);
    }
    return new TrackLayerError(
      'storage',
      `spool file ${name} is damaged and was renamed to ${name}.corrupt`,
      {
        cause,
      },
    );
  }

  function takeOver(name: string, take: (message: Omit<StoredMessage, 'seq'>) => number): void {
    const leftover = openLeftover(name);
    if (!leftover) return;
    let damage: unknown;
    try {
      if (!leftover.isEmpty()) {
        ownFile().together(() => {
          try {
            for (const message of leftover.read()) ownFile().put({ ...message, seq: take(message) });
          } catch (cause) {
            // What could be read of a damaged file is worth keeping; anything else undoes the whole move.
            if (faultOf(cause) !== 'corrupt') throw cause;
            damage = cause;
          }
        });
        // Emptied before it is deleted: someone who opened it meanwhile must find nothing.
        if (!damage) leftover.clear();
      }
    } finally {
      leftover.close();
    }
    if (damage) throw refuse(name, damage);
    drop(name);
  }

  function drop(name: string): void {
    for (const suffix of ['', '-wal', '-shm', '-journal'])
      rmSync(join(folder, name + suffix), { force: true });
  }

  /** One file that can't be read keeps no other from being read; the first problem is told. */
  function forEachLeftover(work: (name: string) => void): void {
    const names = others();
    if (names.length === 0) return;
    const problems: unknown[] = [];
    const endTurn = takeTurn();
    for (const name of names) {
      try {
        work(name);
      } catch (cause) {
        problems.push(cause);
      }
    }
    endTurn();
    if (problems.length > 0) throw spoolError('a spool file cannot be read', problems[0]);
  }

  /**
   * Two that open a dead process's file at the same moment can find each other in the way, and leave it to nobody. So one
   * looks after the other; who waits longer looks all the same, since the first one is at it.
   */
  function takeTurn(): () => void {
    try {
      return lockFile(join(folder, turnName), longestTurnMs);
    } catch {
      return () => {};
    }
  }

  return {
    put(message) {
      try {
        ownFile().put(message);
      } catch (cause) {
        throw spoolError('the spool cannot be written', cause);
      }
    },
    remove: (seqs) => own?.remove(seqs),
    clear() {
      own?.clear();
      forEachLeftover((name) => {
        const leftover = openLeftover(name);
        leftover?.close();
        if (leftover) drop(name);
      });
    },
    adopt: (take) => forEachLeftover((name) => takeOver(name, take)),
    close() {
      if (!own) return;
      const isEmpty = own.isEmpty();
      own.close();
      own = undefined;
      if (isEmpty) drop(ownName);
    },
  };
}

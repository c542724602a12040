import { TrackLayerError } from '@tracklayer/core';
import {
  faultOf,
  lockFile,
  openSpoolFile,
  spoolError,
  type SpoolFile,
  type SpoolFileOptions,
} from './spool-file.ts';

/** The folder of a spool: one file of this process, and those that dead ones left. */
export interface SpoolFolder {
  /** This process's file; made at the first call. */
  own(): SpoolFile;
  /** The same where it is open. */
  readonly open: SpoolFile | undefined;
  /** Closes the own file, and deletes it when it is empty. */
  close(): void;
  /**
   * Does `work` with each file of a dead process, and deletes the file; one whose damage `work` returns is set aside. One
   * that can't be read keeps no other from being read; the first problem is thrown.
   */
  forEachLeftover(work: (leftover: SpoolFile) => unknown): void;
}

const namePattern = /^spool-\d+-[\w-]+\.db$/;
const youngMs = 60_000;
const turnName = 'turn.lock';
const longestTurnMs = 200;

export function createSpoolFolder(folder: string, options: SpoolFileOptions): SpoolFolder {
  const { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } =
    process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const ownName = `spool-${process.pid}-${crypto.randomUUID()}.db`;
  let own: SpoolFile | undefined;

  const open = (name: string): SpoolFile => openSpoolFile(join(folder, name), options);

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

  /** Sets a damaged file aside for a person to look at, and leaves every other one where it is. */
  function refuse(name: string, cause: unknown): TrackLayerError {
    if (faultOf(cause) !== 'corrupt') return spoolError(`spool file ${name} is left alone`, cause);
    for (const suffix of ['', '-wal']) {
      const path = join(folder, name + suffix);
      if (existsSync(path)) renameSync(path, `${path}.corrupt`);
    }
    const detail = `spool file ${name} is damaged and was renamed to ${name}.corrupt`;
    return new TrackLayerError('storage', detail, { cause });
  }

  function drop(name: string): void {
    for (const suffix of ['', '-wal', '-shm', '-journal'])
      rmSync(join(folder, name + suffix), { force: true });
  }

  /** Nothing when its process lives. */
  function visit(name: string, work: (leftover: SpoolFile) => unknown): void {
    let leftover: SpoolFile;
    try {
      leftover = open(name);
    } catch (cause) {
      if (faultOf(cause) === 'in_use') return;
      throw refuse(name, cause);
    }
    let damage: unknown;
    try {
      damage = work(leftover);
    } finally {
      leftover.close();
    }
    if (damage) throw refuse(name, damage);
    drop(name);
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
    own() {
      if (own) return own;
      // Names of customers' people are in here: nobody else on the machine needs to read them.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return (own = open(ownName));
    },
    get open() {
      return own;
    },
    close() {
      if (!own) return;
      const isEmpty = own.isEmpty();
      own.close();
      own = undefined;
      if (isEmpty) drop(ownName);
    },
    forEachLeftover(work) {
      const names = others();
      if (names.length === 0) return;
      const problems: unknown[] = [];
      const endTurn = takeTurn();
      for (const name of names) {
        try {
          visit(name, work);
        } catch (cause) {
          problems.push(cause);
        }
      }
      endTurn();
      if (problems.length > 0) throw spoolError('a spool file cannot be read', problems[0]);
    },
  };
}

import type { MessageStore, StoredMessage } from '@tracklayer/core';
import { faultOf, spoolError, type SpoolFile, type SpoolFileOptions } from './spool-file.ts';
import { createSpoolFolder } from './spool-folder.ts';

/** Where a spool lives. */
export interface SpoolOptions extends Partial<SpoolFileOptions> {
  /** Made when it is not there. Several processes may share it. */
  folder: string;
}

const maxSpoolBytes = 536_870_912;

/**
 * Messages on disk, in a folder that several processes may share: each writes a file of its own and, when it starts,
 * takes over the files of those that died. `put` has committed when it returns, which survives `kill -9` (delivery.md).
 * Opens its file at the first message. A failure is thrown as `TrackLayerError` `storage` from the call that meets it.
 */
export function createSpool({ folder, fsync = false, maxBytes = maxSpoolBytes }: SpoolOptions): MessageStore {
  const files = createSpoolFolder(folder, { fsync, maxBytes });

  /** Moves what a dead process left to the own file. Returns the damage that ended it early. */
  function takeOver(leftover: SpoolFile, take: (message: Omit<StoredMessage, 'seq'>) => number): unknown {
    if (leftover.isEmpty()) return undefined;
    const own = files.own();
    let damage: unknown;
    own.together(() => {
      try {
        for (const message of leftover.read()) own.put({ ...message, seq: take(message) });
      } catch (cause) {
        // What could be read of a damaged file is worth keeping; anything else undoes the whole move.
        if (faultOf(cause) !== 'corrupt') throw cause;
        damage = cause;
      }
    });
    // Emptied before it is deleted: someone who opened it meanwhile must find nothing.
    if (!damage) leftover.clear();
    return damage;
  }

  return {
    put(message) {
      try {
        files.own().put(message);
      } catch (cause) {
        throw spoolError('the spool cannot be written', cause);
      }
    },
    remove: (seqs) => files.open?.remove(seqs),
    clear() {
      files.open?.clear();
      files.forEachLeftover(() => undefined);
    },
    adopt: (take) => files.forEachLeftover((leftover) => takeOver(leftover, take)),
    close: files.close,
  };
}

import type { MessageStore, StoredMessage } from '@tracklayer/core';
import { readStored, writeStored } from './stored-text.ts';

const prefix = 'tl1:m:';

/** One storage key a message: `tl1:m:<owner>:<seq>`. A new format gets a new first word and leaves this one alone. */
export interface PageStore extends MessageStore {
  /** Owners of stored messages, other than this one. */
  strangers(): string[];
  /** These owners are gone: the next `adopt` takes their messages. */
  bury(owners: readonly string[]): void;
}

/** @param told - `onWrite` is called before each message that is stored. */
export function createPageStore(
  storage: Storage,
  owner: string,
  told: { onWrite: () => void; onClose: () => void },
): PageStore {
  let dead: readonly string[] = [];
  const keyOf = (seq: number): string => `${prefix}${owner}:${seq}`;
  const keys = (): string[] => Object.keys(storage).filter((key) => key.startsWith(prefix));
  const ownerOf = (key: string): string => key.slice(prefix.length, key.lastIndexOf(':'));
  const seqOf = (key: string): number => Number(key.slice(key.lastIndexOf(':') + 1));

  function write(seq: number, message: Omit<StoredMessage, 'seq'>): void {
    told.onWrite();
    storage.setItem(keyOf(seq), writeStored(message));
  }

  return {
    put(message) {
      write(message.seq, message);
    },
    remove(seqs) {
      for (const seq of seqs) storage.removeItem(keyOf(seq));
    },
    clear() {
      for (const key of keys()) storage.removeItem(key);
    },
    strangers: () => [...new Set(keys().map(ownerOf))].filter((name) => name !== owner),
    bury(owners) {
      dead = owners;
    },
    adopt(take) {
      if (dead.length === 0) return;
      const found = keys().filter((key) => dead.includes(ownerOf(key)));
      dead = [];
      const messages = found.map((key) => ({ seq: seqOf(key), message: readStored(storage.getItem(key)) }));
      messages.sort((a, b) => (a.message?.captured_at ?? 0) - (b.message?.captured_at ?? 0) || a.seq - b.seq);
      // First out, then in: a storage that is nearly full has room for one copy only.
      for (const key of found) storage.removeItem(key);
      for (const { message } of messages) {
        if (message) write(take(message), message);
      }
    },
    close: told.onClose,
  };
}

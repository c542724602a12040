import type { MessageStore, StoredMessage } from '@tracklayer/core';
import { readStored, writeStored } from './stored-text.ts';

const prefix = 'tl1:m:';
// A key costs as much as some kilobytes of text.
const perKey = 25;

/**
 * The first message of a task has a storage key at once; those that follow share keys of 25, which are written before the
 * task ends: `tl1:m:<owner>:<seq of the first>`. A new format gets a new first word and leaves this one alone.
 */
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
  /** Messages of this task that have no key yet, and what to do when they get none; `undefined` between tasks. */
  let unwritten: StoredMessage[] | undefined;
  let onLost: ((seqs: readonly number[], cause: unknown) => void) | undefined;
  const keyOf = new Map<number, string>();
  const keys = (): string[] => Object.keys(storage).filter((key) => key.startsWith(prefix));
  const ownerOf = (key: string): string => key.slice(prefix.length, key.lastIndexOf(':'));

  function write(messages: readonly StoredMessage[]): void {
    const [first] = messages;
    if (!first) return;
    const key = `${prefix}${owner}:${first.seq}`;
    told.onWrite();
    storage.setItem(key, writeStored(messages));
    for (const { seq } of messages) keyOf.set(seq, key);
  }

  function writeGroup(): void {
    const messages = unwritten?.splice(0) ?? [];
    try {
      write(messages);
    } catch (cause) {
      onLost?.(
        messages.map(({ seq }) => seq),
        cause,
      );
    }
  }

  function endTask(): void {
    writeGroup();
    unwritten = undefined;
  }

  function remove(seqs: readonly number[]): void {
    const gone = new Set(seqs);
    unwritten = unwritten?.filter(({ seq }) => !gone.has(seq));
    const touched = new Set<string>();
    for (const seq of seqs) {
      const key = keyOf.get(seq);
      if (key) touched.add(key);
      keyOf.delete(seq);
    }
    for (const key of touched) {
      const rest = readStored(storage.getItem(key)).filter(({ seq }) => !gone.has(seq));
      if (rest.length > 0) storage.setItem(key, writeStored(rest));
      else storage.removeItem(key);
    }
  }

  return {
    put(message, lost) {
      if (!unwritten) {
        write([message]);
        unwritten = [];
        onLost = lost;
        queueMicrotask(endTask);
        return;
      }
      unwritten.push(message);
      if (unwritten.length >= perKey) writeGroup();
    },
    remove,
    clear() {
      unwritten = undefined;
      keyOf.clear();
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
      const messages = found.flatMap((key) => readStored(storage.getItem(key)));
      messages.sort((a, b) => a.captured_at - b.captured_at || a.seq - b.seq);
      // First out, then in: a storage that is nearly full has room for one copy only.
      for (const key of found) storage.removeItem(key);
      const own = messages.map((message) => ({ ...message, seq: take(message) }));
      for (let at = 0; at < own.length; at += perKey) write(own.slice(at, at + perKey));
    },
    close() {
      endTask();
      told.onClose();
    },
  };
}

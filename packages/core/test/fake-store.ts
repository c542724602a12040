import type { MessageStore, StoredMessage } from '@tracklayer/core';

/** What is left on a device when its clients die: one place, many owners. */
export interface FakeDevice {
  /** A store of a new client; those opened before count as dead from now on. */
  open(): MessageStore;
  readonly messages: readonly StoredMessage[];
}

export function createFakeDevice(): FakeDevice {
  const kept = new Map<string, StoredMessage>();
  let owner = 0;
  return {
    get messages() {
      return [...kept.values()];
    },
    open() {
      const mine = ++owner;
      const key = (seq: number): string => `${mine}:${seq}`;
      return {
        put(message) {
          kept.set(key(message.seq), structuredClone(message));
        },
        remove(seqs) {
          for (const seq of seqs) kept.delete(key(seq));
        },
        clear() {
          kept.clear();
        },
        adopt(take) {
          for (const [place, message] of kept) {
            if (place.startsWith(`${mine}:`)) continue;
            kept.delete(place);
            const { seq: _, ...rest } = message;
            const seq = take(rest);
            kept.set(key(seq), { ...rest, seq });
          }
        },
        close() {},
      };
    },
  };
}

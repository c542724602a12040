import type { MessageStore, StoredMessage } from '@tracklayer/core';
import type { SuiteTools } from './suite-tools.ts';

/** One place that outlives its stores: a folder, a database, a device. */
export interface StoragePlace {
  /** A store of a new client. Those opened and closed before are of clients that are gone. */
  open(): MessageStore;
  /** Removes the place. */
  dispose?(): void | Promise<void>;
}

/**
 * Proves that a store keeps what core relies on: a message that was put outlives its client, is handed over once, whole
 * and in order, and one that was removed does not come back.
 *
 * @param make - an empty place, for each fact its own.
 * @example
 * testStorage('redis', () => ({ open: () => createRedisStore(client, prefix) }), { test, expect });
 */
export function testStorage(
  name: string,
  make: () => StoragePlace | Promise<StoragePlace>,
  { test, expect }: SuiteTools,
): void {
  function fact(title: string, prove: (place: StoragePlace) => void): void {
    test(`${name}: ${title}`, async () => {
      const place = await make();
      try {
        prove(place);
      } finally {
        await place.dispose?.();
      }
    });
  }

  /** Leaves messages behind, as a client that died does. */
  function leave(place: StoragePlace, count: number, removed: readonly number[] = []): void {
    const store = place.open();
    for (let seq = 1; seq <= count; seq++) store.put(messageOf(seq));
    store.remove(removed);
    store.close();
  }

  fact('P-7 a message outlives its client, whole and in order', (place) => {
    leave(place, 3);
    const { adopted, store } = adoptFrom(place);
    expect(adopted).toEqual([1, 2, 3].map((seq) => withoutSeq(messageOf(seq))));
    store.close();
  });

  fact('P-3 a message is handed over once, and is the new client’s own', (place) => {
    leave(place, 1);
    const second = adoptFrom(place);
    const again: unknown[] = [];
    second.store.adopt((message) => again.push(message));
    expect(again).toEqual([]);
    second.store.close();
    const third = adoptFrom(place);
    expect(third.adopted.length).toBe(1);
    third.store.close();
  });

  fact('P-1 what was removed does not come back', (place) => {
    leave(place, 3, [1, 3]);
    const { adopted, store } = adoptFrom(place);
    expect(adopted.map(({ event_id }) => event_id)).toEqual(['ord_2_purchase']);
    store.remove([101]);
    store.close();
    const after = adoptFrom(place);
    expect(after.adopted).toEqual([]);
    after.store.close();
  });

  fact('P-5 clear forgets what is left of every client', (place) => {
    leave(place, 2);
    const store = place.open();
    store.put(messageOf(9));
    store.clear();
    store.close();
    const { adopted, store: later } = adoptFrom(place);
    expect(adopted).toEqual([]);
    later.close();
  });
}

/** A new client takes over: its own numbers begin at 101. */
function adoptFrom(place: StoragePlace): { adopted: Omit<StoredMessage, 'seq'>[]; store: MessageStore } {
  const store = place.open();
  const adopted: Omit<StoredMessage, 'seq'>[] = [];
  // A store may hand over the number that it had, too: it means nothing to a new client.
  store.adopt((message) => 100 + adopted.push(withoutSeq(message)));
  return { adopted, store };
}

const person = { user_id: 'cust_2048', anonymous_id: 'anon_91b2' };

function messageOf(seq: number): StoredMessage {
  const event_id = `ord_${seq}_purchase`;
  return {
    seq,
    kind: 'capture',
    event_id,
    json: JSON.stringify({ event: 'purchase', event_id, ...person, note: 'Grüße, “quoted”\n' }),
    captured_at: 1_764_000_000_000 + seq,
    ...person,
    priority: seq === 2 ? 2 : 1,
  };
}

function withoutSeq(message: Omit<StoredMessage, 'seq'>): Omit<StoredMessage, 'seq'> {
  const { seq: _, ...rest } = { seq: 0, ...message };
  return rest;
}

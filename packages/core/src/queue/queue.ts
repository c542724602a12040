import type { MessageStore } from '../platform.ts';
import { createWaitingList, type WaitingList } from './batch.ts';
import { storedMessage, textOf, type Entry } from './message.ts';
import { createOrder } from './order.ts';
import type { Outcome } from './stats.ts';

/** The messages that are not final: bounded, stored where there is a store, in the order that W-20 asks for. */
export interface Queue {
  readonly capture: WaitingList;
  readonly identify: WaitingList;
  /** How many wait in both. */
  readonly waiting: number;
  /** Every message that is not final, waiting or in flight, oldest first. */
  readonly pending: ReadonlySet<Entry>;
  /** Takes a message in; one that does not fit is final. */
  add(entry: Entry): void;
  /** The page is left: captures wait for no identify any more. */
  hasten(): void;
  /** The message is final: it leaves memory and storage. */
  settle(entry: Entry, outcome: Outcome): void;
}

export interface QueueHost {
  maxQueueEvents: number;
  maxQueueBytes: number;
  byteLength(text: string): number;
  store: MessageStore | undefined;
  /** A message may wait to be sent. */
  onAdded(): void;
  onFinal(entry: Entry, outcome: Outcome): void;
  onStoreError(cause: unknown): void;
}

export function createQueue(host: QueueHost): Queue {
  const pending = new Set<Entry>();
  const order = createOrder();
  let characters = 0;
  let gone: number[] = [];

  /** The store took these and could not keep them. */
  function lost(seqs: readonly number[], cause: unknown): void {
    for (const entry of pending) if (seqs.includes(entry.seq)) entry.isStored = false;
    host.onStoreError(cause);
  }

  /** One removal for all that one answer settles. */
  function sweep(): void {
    const seqs = gone;
    gone = [];
    try {
      host.store?.remove(seqs);
    } catch (cause) {
      host.onStoreError(cause);
    }
  }

  const queue: Queue = {
    capture: createWaitingList(host.byteLength),
    identify: createWaitingList(host.byteLength),
    get waiting() {
      return queue.identify.length + queue.capture.length;
    },
    pending,
    add(entry) {
      const { message } = entry;
      // Its text is made now in any case.
      if (host.store) message.characters = textOf(message).length;
      const isOver =
        pending.size >= host.maxQueueEvents || characters + message.characters > host.maxQueueBytes;
      if (isOver && !entry.isStored) return host.onFinal(entry, { status: 'dropped', reason: 'queue_full' });
      pending.add(entry);
      if (host.store && !entry.isStored) {
        // Before it is put: the store may say at once that it could not keep it.
        entry.isStored = true;
        try {
          host.store.put(storedMessage(entry), lost);
        } catch (cause) {
          entry.isStored = false;
          host.onStoreError(cause);
        }
      }
      characters += message.characters;
      if (order.admit(entry)) queue[message.kind].push(entry);
      host.onAdded();
    },
    hasten() {
      for (const entry of order.hasten()) queue.capture.push(entry);
    },
    settle(entry, outcome) {
      if (entry.outcome) return;
      pending.delete(entry);
      characters -= entry.message.characters;
      entry.outcome = outcome;
      if (entry.isStored) {
        // Not by what `push` returns: a page may have one of its own.
        if (gone.length === 0) queueMicrotask(sweep);
        gone.push(entry.seq);
      }
      for (const released of order.done(entry)) {
        if (!released.outcome && order.admit(released)) queue.capture.push(released);
      }
      host.onFinal(entry, outcome);
    },
  };
  return queue;
}

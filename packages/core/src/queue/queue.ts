import type { MessageStore } from '../platform.ts';
import { createWaitingList, type WaitingList } from './batch.ts';
import { createMessageList, type Message, type MessageList } from './message.ts';
import { createOrder } from './order.ts';
import type { DropReason, Outcome } from './stats.ts';

/** The messages that are not final: bounded, stored where there is a store, in the order that W-20 asks for. */
export interface Queue {
  readonly capture: WaitingList;
  readonly identify: WaitingList;
  /** Every message that is not final, waiting or in flight. */
  readonly pending: MessageList;
  /** Takes a message in; tells why when it can't. */
  add(message: Message): DropReason | undefined;
  /** The message is final: it leaves memory and storage. */
  settle(message: Message, outcome: Outcome): void;
}

export interface QueueHost {
  maxQueueEvents: number;
  maxQueueBytes: number;
  byteLength(text: string): number;
  store: MessageStore | undefined;
  onFinal(message: Message, outcome: Outcome): void;
  onStoreError(cause: unknown): void;
}

export function createQueue(host: QueueHost): Queue {
  const pending = createMessageList();
  const order = createOrder();
  let characters = 0;
  let gone: number[] = [];

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
    pending,
    add(message) {
      const isOver =
        pending.size >= host.maxQueueEvents || characters + message.json.length > host.maxQueueBytes;
      if (isOver && !message.isStored) return 'queue_full';
      if (host.store && !message.isStored) {
        try {
          host.store.put(message);
          message.isStored = true;
        } catch (cause) {
          host.onStoreError(cause);
        }
      }
      pending.add(message);
      characters += message.json.length;
      if (order.admit(message)) queue[message.kind].push(message);
      return undefined;
    },
    settle(message, outcome) {
      if (message.outcome) return;
      pending.remove(message);
      characters -= message.json.length;
      message.outcome = outcome;
      if (message.isStored) {
        // Not by what `push` returns: a page may have one of its own.
        if (gone.length === 0) queueMicrotask(sweep);
        gone.push(message.seq);
      }
      for (const released of order.done(message)) {
        if (!released.outcome && order.admit(released)) queue.capture.push(released);
      }
      host.onFinal(message, outcome);
    },
  };
  return queue;
}

import type { MessageKind } from '../event/event.ts';
import type { Message } from './message.ts';

/** Halves of one refused batch, looking for the bad message (docs/wire.md W-26). */
export interface Bisection {
  /** Parts that have no answer yet. */
  open: number;
  /** Monotonic time at which the server took a message: what it is sent later and refuses is bad, and not the set-up. */
  acceptedAt: number;
  /** Refused alone, without a word that says it was the message. */
  refused: Message[];
}

/** One request's worth of messages of one kind; sent again as it is, until answered. */
export interface Batch {
  kind: MessageKind;
  messages: Message[];
  attempt: number;
  idempotency_key: string;
  /** Monotonic time before which it is not sent. */
  notBefore: number;
  bisection?: Bisection | undefined;
}

/** First in, first out, with cheap removal of many. */
export interface WaitingList {
  readonly length: number;
  push(message: Message): void;
  /** Takes the oldest, at most `maxCount` of them and `maxBytes` of text; one at least. */
  take(maxCount: number, maxBytes: number): Message[];
  takeAll(): Message[];
}

// `{"batch":[],"sent_at":"…"}` and a client report.
const envelopeBytes = 300;

export function createWaitingList(byteLength: (text: string) => number): WaitingList {
  let list: Message[] = [];
  let head = 0;
  return {
    get length() {
      return list.length - head;
    },
    push(message) {
      list.push(message);
    },
    take(maxCount, maxBytes) {
      let end = head;
      let bytes = envelopeBytes;
      while (end < list.length && end - head < maxCount) {
        bytes += bytesOf(list[end]!, byteLength) + 1;
        if (bytes > maxBytes && end > head) break;
        end++;
      }
      const taken = list.slice(head, end);
      head = end;
      // Dropping the taken part only when it is the larger one keeps the cost of a message constant.
      if (head * 2 > list.length) {
        list = list.slice(head);
        head = 0;
      }
      return taken;
    },
    takeAll() {
      const taken = list.slice(head);
      list = [];
      head = 0;
      return taken;
    },
  };
}

export const textBytes = (messages: readonly Message[], byteLength: (text: string) => number): number =>
  messages.reduce((bytes, message) => bytes + bytesOf(message, byteLength) + 1, envelopeBytes);

export function bytesOf(message: Message, byteLength: (text: string) => number): number {
  if (message.bytes < 0) message.bytes = byteLength(message.json);
  return message.bytes;
}

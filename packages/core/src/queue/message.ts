import type { MessageKind } from '../event/event.ts';
import type { StoredMessage } from '../platform.ts';
import type { Outcome } from './stats.ts';

/** A message on its way: what is stored of it, and what became of it. */
export interface Message extends StoredMessage {
  /** UTF-8 bytes of `json`; negative until a batch needs to know. */
  bytes: number;
  /** A store holds it: it survives the process or page. */
  isStored: boolean;
  outcome: Outcome | undefined;
  /** Resolvers of `settled()`, made when asked. */
  told: ((outcome: Outcome) => void)[] | undefined;
  /** Captures that wait for this identify (docs/wire.md W-20). */
  later: Message[] | undefined;
  /** Neighbours among the messages that are not final, oldest first. */
  previous: Message | undefined;
  next: Message | undefined;
}

/** Every field is there from the start, so that all messages have one shape and stay quick to handle. */
export function createMessage(
  kind: MessageKind,
  event_id: string,
  json: string,
  captured_at: number,
  user_id: string | undefined,
  anonymous_id: string | undefined,
  priority: number,
  seq: number,
  isStored: boolean,
): Message {
  return {
    seq,
    kind,
    event_id,
    json,
    captured_at,
    user_id,
    anonymous_id,
    priority,
    bytes: -1,
    isStored,
    outcome: undefined,
    told: undefined,
    later: undefined,
    previous: undefined,
    next: undefined,
  };
}

/** A message of an earlier run, taken over from its store. */
export function storedMessage(stored: Omit<StoredMessage, 'seq'>, seq: number): Message {
  const { kind, event_id, json, captured_at, user_id, anonymous_id, priority } = stored;
  return createMessage(kind, event_id, json, captured_at, user_id, anonymous_id, priority, seq, true);
}

/** The event's name, for reports; `identify` for an identify. */
export function nameOf({ kind, json }: StoredMessage): string {
  return kind === 'identify' ? kind : (/^\{"event":"(\w+)"/.exec(json)?.[1] ?? '');
}

/** Messages in order of arrival, with removal anywhere at no cost that grows. */
export interface MessageList extends Iterable<Message> {
  readonly size: number;
  add(message: Message): void;
  remove(message: Message): void;
}

export function createMessageList(): MessageList {
  let first: Message | undefined;
  let last: Message | undefined;
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(message) {
      message.previous = last;
      if (last) last.next = message;
      else first = message;
      last = message;
      size++;
    },
    remove(message) {
      const { previous, next } = message;
      if (previous) previous.next = next;
      else first = next;
      if (next) next.previous = previous;
      else last = previous;
      message.previous = message.next = undefined;
      size--;
    },
    *[Symbol.iterator]() {
      for (let message = first; message;) {
        // The one in hand may be removed meanwhile.
        const { next } = message;
        yield message;
        message = next;
      }
    },
  };
}

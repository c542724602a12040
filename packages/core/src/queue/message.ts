import type { WireEvent, WireIdentify } from '../event/event.ts';
import { jsonText } from '../event/json-text.ts';
import type { StoredMessage } from '../platform.ts';
import type { Outcome } from './stats.ts';

/** A message as it was captured: what it says is fixed from then on (docs/wire.md W-5). */
export interface Message extends Omit<StoredMessage, 'seq' | 'json'> {
  /** A private copy of what will be sent, until its text is needed; then its text, without `sent_at`. */
  content: WireEvent | WireIdentify | string;
  /** Length of its text, at least as far as that is known before there is one. */
  characters: number;
}

/** A message's place in the queue, and what became of it. Every field is there from the start: one shape is quick. */
export interface Entry {
  readonly message: Message;
  /** Position in this client's order of capture. */
  seq: number;
  /** Monotonic time of its capture; of one that was stored, reckoned back from its age. */
  since: number;
  /** UTF-8 bytes of its text; negative until a batch needs to know. */
  bytes: number;
  /** A store holds it: it survives the process or page. */
  isStored: boolean;
  /** Captured by an earlier run or another page, and taken over from its store. */
  readonly isAdopted: boolean;
  /** The ledger found a conflict and reported it to the app: the server's verdict is not reported again. */
  readonly isConflict: boolean;
  outcome: Outcome | undefined;
  /** Resolvers of `settled()`, made when asked. */
  told: ((outcome: Outcome) => void)[] | undefined;
  /** Captures that wait for this identify (docs/wire.md W-20). */
  later: Entry[] | undefined;
}

export const createEntry = (
  message: Message,
  {
    seq,
    since,
    isAdopted = false,
    isConflict = false,
  }: { seq: number; since: number; isAdopted?: boolean; isConflict?: boolean },
): Entry => ({
  message,
  seq,
  since,
  bytes: -1,
  isStored: isAdopted,
  isAdopted,
  isConflict,
  outcome: undefined,
  told: undefined,
  later: undefined,
});

/** A message of an earlier run, as its store kept it. */
export function readStoredMessage({ json, ...message }: Omit<StoredMessage, 'seq'>): Message {
  return { ...message, content: json, characters: json.length };
}

/** The JSON of a message, made once: when it is stored or sent. */
export function textOf(message: Message): string {
  if (typeof message.content !== 'string') message.content = jsonText(message.content);
  return message.content;
}

/** The event's name, for reports; `identify` for an identify. */
export function nameOf({ kind, content }: Message): string {
  if (kind === 'identify') return kind;
  return typeof content === 'string'
    ? (/^\{"event":"(\w+)"/.exec(content)?.[1] ?? '')
    : (content as WireEvent).event;
}

export function storedMessage({ message, seq }: Entry): StoredMessage {
  const { kind, event_id, captured_at, user_id, anonymous_id, priority } = message;
  return { seq, kind, event_id, json: textOf(message), captured_at, user_id, anonymous_id, priority };
}

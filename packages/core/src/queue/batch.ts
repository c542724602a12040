import { textOf, type Entry } from './message.ts';

/** One request's worth of messages of one kind; sent again as it is, until answered. */
export interface Batch {
  entries: Entry[];
  /** 1 for the first try; 0 before it. */
  attempt: number;
  idempotency_key: string;
  /** Monotonic time before which it is not sent. */
  notBefore: number;
  /** Refused when it was compressed, perhaps for that: it goes as it is. */
  isPlain: boolean;
  /** Half of the suspects, to find the bad one among them (docs/wire.md W-26). */
  isHalf: boolean;
  /** Refused alone before: since when the server is known to take others. */
  acceptedAt: number | undefined;
}

/** First in, first out. */
export interface WaitingList {
  readonly length: number;
  push(entry: Entry): void;
  /** These go first once more. */
  putBack(entries: readonly Entry[]): void;
  /** Takes the oldest, at most `maxCount` of them and `maxBytes` of text; one at least. */
  take(maxCount: number, maxBytes: number): Entry[];
}

/** `{"batch":[],"sent_at":"…"}` and a client report. */
export const envelopeBytes = 300;

export function createWaitingList(byteLength: (text: string) => number): WaitingList {
  const list: Entry[] = [];
  return {
    get length() {
      return list.length;
    },
    push(entry) {
      list.push(entry);
    },
    putBack(entries) {
      list.unshift(...entries);
    },
    take(maxCount, maxBytes) {
      let count = 0;
      let bytes = envelopeBytes;
      for (const entry of list) {
        bytes += bytesOf(entry, byteLength) + 1;
        if (count >= maxCount || (bytes > maxBytes && count > 0)) break;
        count++;
      }
      return list.splice(0, count);
    },
  };
}

export function bytesOf(entry: Entry, byteLength: (text: string) => number): number {
  if (entry.bytes < 0) entry.bytes = byteLength(textOf(entry.message));
  return entry.bytes;
}

export const bytesOfAll = (entries: readonly Entry[], byteLength: (text: string) => number): number =>
  entries.reduce((bytes, entry) => bytes + bytesOf(entry, byteLength) + 1, envelopeBytes);

/** Those that are not final. */
export const openOf = (entries: readonly Entry[]): Entry[] => entries.filter(({ outcome }) => !outcome);

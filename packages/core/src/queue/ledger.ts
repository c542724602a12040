import type { JsonObject } from '../event/event.ts';
import { jsonText } from '../event/json-text.ts';

/**
 * What is known of a business id: nothing; all that a message says; less or other than it says, so that the copies
 * complete each other; or another amount or person, which is a conflict (docs/wire.md W-4).
 */
export type Recognition = 'new' | 'same' | 'fuller' | 'different';

/** What a ledger compares of a message. Nobody changes it any more. */
export interface BusinessContent {
  properties?: JsonObject | undefined;
  user_id?: string | undefined;
}

/** Remembers which business ids were captured, to send a milestone once (P-3): the newest ones, a fixed number. */
export interface Ledger {
  /** Looks an id up and remembers it. */
  see(event_id: string, content: BusinessContent): Recognition;
  /**
   * Asked again before the message is sent: whether another client that shares this ledger has captured the same since,
   * and sends it. Default: none does.
   */
  isElsewhere?(event_id: string, content: BusinessContent): boolean;
  /** The event did not make it: the next one with this id is the first again. */
  forget(event_id: string): void;
  clear(): void;
}

/** Properties, person and amount of a message as text, or as hashes of it; the last two empty where there are none. */
export type ContentText = readonly [properties: string, user_id: string, amount: string];

export function compareContent(before: ContentText, now: ContentText): Recognition {
  const isOther = (at: 1 | 2): boolean => !!before[at] && !!now[at] && before[at] !== now[at];
  if (isOther(1) || isOther(2)) return 'different';
  return before[0] === now[0] && (before[1] || !now[1]) ? 'same' : 'fuller';
}

export function contentText({ properties, user_id = '' }: BusinessContent): ContentText {
  const { value, currency } = properties ?? {};
  if (typeof value !== 'number') return [jsonText(properties ?? {}), user_id, ''];
  // The error of an addition, as in 0.1 + 0.2, is not another amount (docs/wire.md W-4).
  const rounded = Number(value.toPrecision(12));
  return [jsonText({ ...properties, value: rounded }), user_id, jsonText([rounded, currency])];
}

/** A {@link Ledger} in memory, of the newest `size` ids at least and twice as many at most. */
export function createLedger(size: number): Ledger {
  // Two generations: an id costs one insertion, and forgetting the oldest costs nothing at all.
  let young = createTable(size);
  let old = createTable(size);
  return {
    see(event_id, content) {
      const hash = hashOf(event_id);
      const place = young.placeOf(event_id, hash);
      const before = young.at(place) ?? old.at(old.placeOf(event_id, hash));
      const recognition =
        before === undefined ? 'new' : compareContent(contentText(before), contentText(content));
      if (recognition === 'same') return recognition;
      young.put(place, event_id, hash, content);
      if (young.size() >= size) {
        [young, old] = [old, young];
        young.clear();
      }
      return recognition;
    },
    forget(event_id) {
      const hash = hashOf(event_id);
      for (const table of [young, old]) table.empty(table.placeOf(event_id, hash));
    },
    clear() {
      young.clear();
      old.clear();
    },
  };
}

/**
 * A table of fixed size by open addressing: a `Map` grows anew in each generation, and costs a capture 0.3 µs more. The
 * hashes beside the ids spare most looks at text.
 */
function createTable(size: number) {
  const capacity = 2 ** Math.ceil(Math.log2(size * 2));
  const hashes = new Int32Array(capacity);
  const ids = emptyPlaces<string>(capacity);
  const contents = emptyPlaces<BusinessContent>(capacity);
  let filled = 0;
  return {
    size: () => filled,
    /** Where an id stands, or would. */
    placeOf(id: string, hash: number): number {
      let place = hash & (capacity - 1);
      for (let other = hashes[place]; other !== 0; other = hashes[place]) {
        if (other === hash && ids[place] === id) return place;
        place = (place + 1) & (capacity - 1);
      }
      return place;
    },
    at: (place: number) => contents[place],
    put(place: number, id: string, hash: number, content: BusinessContent): void {
      if (hashes[place] === 0) filled++;
      hashes[place] = hash;
      ids[place] = id;
      contents[place] = content;
    },
    // The id keeps its place, so that others behind it are found.
    empty(place: number): void {
      contents[place] = undefined;
    },
    clear(): void {
      hashes.fill(0);
      ids.fill(undefined);
      contents.fill(undefined);
      filled = 0;
    },
  };
}

/** Takes a twentieth of the time of `Array.from`, which each new client would pay four times. */
function emptyPlaces<Content>(count: number): (Content | undefined)[] {
  const places: (Content | undefined)[] = [];
  places.length = count;
  return places.fill(undefined);
}

/** Never 0, which marks a free place. */
function hashOf(text: string): number {
  let hash = text.length;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash ^ (hash >>> 15) || 1;
}

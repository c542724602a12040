import type { JsonObject } from '../event/event.ts';
import { jsonText } from '../event/json-text.ts';

/**
 * What is known of a business id: nothing; the same properties; the same properties, now with a person; or other
 * properties or another person, which is a conflict (docs/wire.md W-4).
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

/** @param before - `[properties, user_id]` as text, or hashes of it; so is `now`. */
export function compareContent(
  before: readonly [properties: string, user_id: string],
  now: readonly [properties: string, user_id: string],
): Recognition {
  if (before[0] !== now[0]) return 'different';
  if (before[1] === now[1] || !now[1]) return 'same';
  return before[1] ? 'different' : 'fuller';
}

/** `[properties, user_id]` as text. */
export function contentText({ properties, user_id = '' }: BusinessContent): readonly [string, string] {
  const value = properties?.['value'];
  // The error of an addition, as in 0.1 + 0.2, is not another amount (docs/wire.md W-4).
  const rounded =
    typeof value === 'number' ? { ...properties, value: Number(value.toPrecision(12)) } : properties;
  return [rounded ? jsonText(rounded) : '', user_id];
}

/** A {@link Ledger} in memory, of the newest `size` ids at least and twice as many at most. */
export function createLedger(size: number): Ledger {
  // Two generations: an id costs one insertion, and forgetting the oldest costs nothing at all.
  let young = new Map<string, BusinessContent>();
  let old = new Map<string, BusinessContent>();
  return {
    see(event_id, content) {
      const before = young.get(event_id) ?? old.get(event_id);
      const recognition =
        before === undefined ? 'new' : compareContent(contentText(before), contentText(content));
      if (recognition === 'same') return recognition;
      young.set(event_id, content);
      if (young.size >= size) {
        old = young;
        young = new Map();
      }
      return recognition;
    },
    forget(event_id) {
      young.delete(event_id);
      old.delete(event_id);
    },
    clear() {
      young.clear();
      old.clear();
    },
  };
}

/**
 * What is known of a business id: nothing; the same properties; the same properties, now with a person; or other
 * properties or another person, which is a conflict (docs/wire.md W-4).
 */
export type Recognition = 'new' | 'same' | 'fuller' | 'different';

/** Remembers which business ids were captured, to send a milestone once (P-3): the newest ones, a fixed number. */
export interface Ledger {
  /** Looks an id up and remembers it, with the message as JSON. */
  see(event_id: string, json: string): Recognition;
  /** The event did not make it: the next one with this id is the first again. */
  forget(event_id: string): void;
  clear(): void;
}

/** What a ledger compares of a message: `[properties, user_id]`, as text. */
export function businessContent(json: string): readonly [properties: string, user_id: string] {
  const { properties, user_id = '' } = JSON.parse(json) as { properties?: unknown; user_id?: string };
  return [JSON.stringify(properties) ?? '', user_id];
}

export function compareContent(
  before: readonly [properties: string, user_id: string],
  now: readonly [properties: string, user_id: string],
): Recognition {
  if (before[0] !== now[0]) return 'different';
  if (before[1] === now[1] || !now[1]) return 'same';
  return before[1] ? 'different' : 'fuller';
}

/** A {@link Ledger} in memory, of the newest `size` ids at least and twice as many at most. */
export function createLedger(size: number): Ledger {
  // Two generations: an id costs one insertion, and forgetting the oldest costs nothing at all.
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return {
    see(event_id, json) {
      const before = young.get(event_id) ?? old.get(event_id);
      const sighting =
        before === undefined ? 'new' : compareContent(businessContent(before), businessContent(json));
      if (sighting === 'same') return sighting;
      young.set(event_id, json);
      if (young.size >= size) {
        old = young;
        young = new Map();
      }
      return sighting;
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

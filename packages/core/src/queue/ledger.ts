/**
 * What is known of a business id: nothing; the same properties; the same properties, now with another or a first
 * person; or other properties, which is a conflict (docs/wire.md W-4).
 */
export type Sighting = 'new' | 'same' | 'fuller' | 'different';

/** Remembers which business ids were captured, to send a milestone once (P-3): the newest ones, a fixed number. */
export interface Ledger {
  /**
   * Looks the id up and remembers it.
   *
   * @param properties - the event's properties as JSON.
   * @param user_id - empty when nobody is known.
   */
  see(event_id: string, properties: string, user_id: string): Sighting;
  /** The event did not make it: the next one with this id is the first again. */
  forget(event_id: string): void;
  clear(): void;
}

/** Compares what was known of an id with what is said now; also for ledgers that keep hashes. */
export function compareSightings(
  before: readonly [string, string] | undefined,
  now: readonly [string, string],
): Sighting {
  if (!before) return 'new';
  if (before[0] !== now[0]) return 'different';
  if (before[1] === now[1] || !now[1]) return 'same';
  return before[1] ? 'different' : 'fuller';
}

/** A {@link Ledger} in memory. */
export function createLedger(size: number): Ledger {
  const known = new Map<string, readonly [string, string]>();
  return {
    see(event_id, properties, user_id) {
      const now = [properties, user_id] as const;
      const sighting = compareSightings(known.get(event_id), now);
      if (sighting === 'same') return sighting;
      known.set(event_id, now);
      if (known.size > size) known.delete(known.keys().next().value!);
      return sighting;
    },
    forget(event_id) {
      known.delete(event_id);
    },
    clear() {
      known.clear();
    },
  };
}

/** One record that a platform took, and how often it counted. */
export interface LedgerEntry {
  /** By what the platform knows a record again. */
  key: string;
  /** Once where it deduplicates; every time where it does not. */
  counted: number;
  /** Copies that came, the first included. */
  copies: number;
  record: unknown;
}

export interface Ledger {
  /** Takes a record in. @returns whether it is new. */
  add(key: string, record: unknown, options?: { deduplicates?: boolean }): boolean;
  has(key: string): boolean;
  entries(): readonly LedgerEntry[];
  clear(): void;
}

export function createLedger(): Ledger {
  const entries = new Map<string, LedgerEntry>();
  return {
    add(key, record, { deduplicates = true } = {}) {
      const known = entries.get(key);
      if (!known) entries.set(key, { key, counted: 1, copies: 1, record });
      else {
        known.copies += 1;
        if (!deduplicates) known.counted += 1;
      }
      return !known;
    },
    has: (key) => entries.has(key),
    entries: () => [...entries.values()],
    clear: () => entries.clear(),
  };
}

/** How a page and its registry came apart. */
export type HeapDrift =
  /** A mapped label came without what its entry requires. */
  | { kind: 'missing'; source_event: string; canonical_event: string; missing: readonly string[] }
  /** An optional property came that the entry's cast cannot read: the event went without it. */
  | { kind: 'uncast'; source_event: string; canonical_event: string; uncast: readonly string[] }
  /** A label came that no entry names, but one nearly does: `Order completed` for `Order Completed`. */
  | { kind: 'near_miss'; source_event: string; canonical_event: string; expected: string }
  /** A label of an entry that promotes until its last day, as in `2026-12-31`, and not any more then. */
  | {
      kind: 'deprecated';
      source_event: string;
      canonical_event: string;
      deprecated_until?: string | undefined;
    }
  /** This browser has not produced an approved label since then, in milliseconds since 1970 (`watchSilence`). */
  | { kind: 'silent'; source_event: string; canonical_event: string; last_seen_at: number };

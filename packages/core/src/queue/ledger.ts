/**
 * Remembers which business ids were captured, to send a milestone once (P-3): the newest `size` of them.
 * `content` is what the event said apart from its time; two bodies under one id are a conflict (docs/wire.md W-4).
 */
export interface Ledger {
  /** Tells whether the id is new, known with the same content, or known with another, and remembers it. */
  see(event_id: string, content: string): 'new' | 'same' | 'different';
  /** The event did not make it: the next one with this id is the first again. */
  forget(event_id: string): void;
  clear(): void;
}

export function createLedger(size: number): Ledger {
  const known = new Map<string, string>();
  return {
    see(event_id, content) {
      const before = known.get(event_id);
      if (before === content) return 'same';
      known.set(event_id, content);
      if (known.size > size) known.delete(known.keys().next().value!);
      return before === undefined ? 'new' : 'different';
    },
    forget(event_id) {
      known.delete(event_id);
    },
    clear() {
      known.clear();
    },
  };
}

/** One message as a client sent it. */
export interface Sent {
  event_id: string;
  properties?: { coupon?: string };
  [key: string]: unknown;
}

/** What a server saw, by capture: the benches put a mark of its own into every capture's `coupon`. */
export interface LedgerReport {
  /** Each mark that was counted, with how many ids it was counted under. */
  counted: [mark: string, ids: number][];
  /** Messages on the wire beyond the first of each id, answered or not. */
  resent: number;
  /** Ids that came back with another body than the first time. */
  changed: string[];
  /** When the last mark was counted for the first time, in milliseconds since 1970. */
  lastAt: number;
  /** When each request arrived, and what was done to it. */
  requests: { at: number; fault: string; messages: number }[];
}

/** Counts as a deduplicating server does: each id once. */
export interface Ledger {
  /** A request arrived, whatever becomes of it. */
  arrived(fault: string, messages: readonly Sent[]): void;
  /** Takes a message: true for the first of its id. */
  count(message: Sent): boolean;
  report(): LedgerReport;
}

export function createLedger(): Ledger {
  const bodies = new Map<string, string>();
  const countedIds = new Set<string>();
  const idsOfMark = new Map<string, number>();
  const changed = new Set<string>();
  const requests: LedgerReport['requests'] = [];
  let resent = 0;
  let lastAt = 0;
  return {
    arrived(fault, messages) {
      requests.push({ at: Date.now(), fault, messages: messages.length });
      for (const { sent_at: _, client_report: __, ...message } of messages) {
        const body = JSON.stringify(message);
        const first = bodies.get(message.event_id);
        if (first === undefined) bodies.set(message.event_id, body);
        else resent++;
        if (first !== undefined && first !== body) changed.add(message.event_id);
      }
    },
    count({ event_id, properties }) {
      if (countedIds.has(event_id)) return false;
      countedIds.add(event_id);
      const mark = properties?.coupon ?? event_id;
      idsOfMark.set(mark, (idsOfMark.get(mark) ?? 0) + 1);
      lastAt = Date.now();
      return true;
    },
    report: () => ({ counted: [...idsOfMark], resent, changed: [...changed], lastAt, requests }),
  };
}

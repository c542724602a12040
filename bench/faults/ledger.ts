import type { TestRelay } from '@tracklayer/testing';

/** One message as a client sent it. */
export interface Sent {
  event_id: string;
  user_id?: string;
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
  /** When the last event was counted for the first time, in milliseconds since 1970. */
  lastAt: number;
  /** When each request arrived, and what was done to it. */
  requests: { at: number; fault: string; messages: number }[];
}

/** What was on the wire, beside what the relay counted. */
export interface Ledger {
  /** A request arrived, whatever becomes of it. */
  arrived(fault: string, messages: readonly Sent[]): void;
  /** The relay took a request. */
  taken(): void;
  report(): LedgerReport;
}

export function createLedger(relay: Pick<TestRelay, 'events'>): Ledger {
  const bodies = new Map<string, string>();
  const changed = new Set<string>();
  const requests: LedgerReport['requests'] = [];
  let resent = 0;
  let known = 0;
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
    taken() {
      if (relay.events.length === known) return;
      known = relay.events.length;
      lastAt = Date.now();
    },
    report() {
      const counted = new Map<string, number>();
      for (const { event_id, properties } of relay.events) {
        const { coupon } = properties ?? {};
        const mark = typeof coupon === 'string' ? coupon : event_id;
        counted.set(mark, (counted.get(mark) ?? 0) + 1);
      }
      return { counted: [...counted], resent, changed: [...changed], lastAt, requests };
    },
  };
}

import {
  promote,
  type EventContext,
  type Promotion,
  type Receipt,
  type Registry,
  type RegistryEntry,
} from '@tracklayer/core';
import type { HeapClient } from './heap-client.ts';
import type { HeapDrift } from './heap-drift.ts';

/** A label that was seen, and what became of it. Its properties are not kept. */
export interface SeenLabel {
  /** As the page gave it: not always text. */
  source_event: unknown;
  /** Milliseconds since 1970. */
  at: number;
  promotion: Promotion;
  /** Of a promoted one, unless the client threw. */
  receipt?: Receipt | undefined;
}

/** What was seen, by what became of it: `seen` is the sum of the others. */
export interface HeapStats {
  seen: number;
  promoted: number;
  unmapped: number;
  missing: number;
  draft: number;
  unmet: number;
  /** Promoted, but refused by the client. */
  failed: number;
}

export interface PromoterOptions {
  /** Which labels become which canonical events, made by `defineRegistry`. */
  registry: Registry;
  /** Told once per label, kind and load. */
  onDrift?: ((drift: HeapDrift) => void) | undefined;
  /** Told of each label that was seen, for `traceHeap` of `@tracklayer/browser/trace`. */
  onCall?: ((seen: SeenLabel) => void) | undefined;
}

export interface Promoter {
  /** @param contextOf - asked only when the label is promoted. */
  see(source_event: unknown, properties: unknown, contextOf?: () => EventContext | undefined): void;
  stats(): HeapStats;
}

/**
 * Hands to the client what the registry approves of the labels of one source, and counts the rest. `nearMiss` finds what
 * an unmapped one was meant to be.
 */
export function createPromoter(
  client: Pick<HeapClient, 'capture'>,
  source: string,
  { registry, onDrift, onCall }: PromoterOptions,
  nearMiss?: (source_event: unknown) => RegistryEntry | undefined,
): Promoter {
  const stats: HeapStats = { seen: 0, promoted: 0, unmapped: 0, missing: 0, draft: 0, unmet: 0, failed: 0 };
  const told = new Set<unknown>();

  function drift(source_event: unknown, promotion: Promotion): void {
    const missing = promotion.status === 'missing' ? promotion.missing : undefined;
    const entry = 'entry' in promotion ? promotion.entry : nearMiss?.(source_event);
    const isDrift = missing ?? promotion.status === 'unmapped';
    if (!entry || !isDrift || told.has(source_event)) return;
    told.add(source_event);
    const { canonical_event, source_event: expected } = entry;
    const base = { source_event: source_event as string, canonical_event };
    onDrift?.(missing ? { kind: 'missing', ...base, missing } : { kind: 'near_miss', ...base, expected });
  }

  return {
    see(source_event, properties, contextOf) {
      const at = Date.now();
      stats.seen++;
      const promotion = promote(registry, { source, source_event: source_event as string, properties, at });
      let { status }: { status: keyof HeapStats } = promotion;
      let receipt: Receipt | undefined;
      try {
        if (promotion.status === 'promoted') {
          status = 'failed';
          const { event, properties: promoted } = promotion;
          const input = { event, properties: promoted, source, occurred_at: at, context: contextOf?.() };
          receipt = client.capture(input as never);
          if (receipt.event_id !== null) status = 'promoted';
        }
      } finally {
        stats[status]++;
        onCall?.({ source_event, at, promotion, receipt });
      }
      drift(source_event, promotion);
    },
    stats: () => ({ ...stats }),
  };
}

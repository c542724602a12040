import {
  promote,
  TrackLayerError,
  type EventContext,
  type Promotion,
  type Receipt,
  type Registry,
  type RegistryEntry,
} from '@tracklayer/core';
import { witness } from '@tracklayer/core/adapter';
import type { PromotingClient } from '../promoting-client.ts';
import type { HeapDrift } from '../heap-drift.ts';
import { warnOfDrift, type CallDrift } from './warn-of-drift.ts';
import type { HeardLabel } from '../heard-label.ts';
import type { HeapTrace } from '../trace/trace-heap.ts';
import type { TracedCall } from '../trace/traced-call.ts';

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
  /** Called once per label, kind and page load. Default: a warning on the console. */
  onDrift?: ((drift: HeapDrift) => void) | undefined;
  /** Keeps the last calls for `trace()`: `traceHeap()` of `@tracklayer/browser/trace`. Default: none are kept. */
  trace?: Pick<HeapTrace, 'onCall' | 'calls'> | undefined;
  /** Told of each label that was seen: `watchSilence(…)`, `countLabels(…)`, or a function of your own. */
  watch?: readonly ((seen: HeardLabel) => void)[] | undefined;
}

export interface Promoter {
  /**
   * Decides at once, by the values of this moment; what it returns hands over what was decided, and counts it.
   *
   * @param contextOf - asked only when the label is promoted.
   */
  see(source_event: unknown, properties: unknown, contextOf?: () => EventContext | undefined): () => void;
  stats(): HeapStats;
  trace(): readonly TracedCall[];
}

/**
 * Hands to the client what the registry approves of the labels of one source, and counts the rest. `nearMiss` finds what
 * an unmapped one was meant to be.
 */
export function createPromoter(
  client: Pick<PromotingClient, 'capture'>,
  source: string,
  { registry, onDrift, trace, watch = [] }: PromoterOptions,
  nearMiss?: (source_event: unknown) => RegistryEntry | undefined,
): Promoter {
  // A list of entries has a `find` too.
  if (!(registry as Registry | undefined)?.find || Array.isArray(registry)) {
    throw new TrackLayerError('invalid_registry', 'pass what defineRegistry returns');
  }
  const stats: HeapStats = { seen: 0, promoted: 0, unmapped: 0, missing: 0, draft: 0, unmet: 0, failed: 0 };
  const watchers = [trace?.onCall, witness()?.label, ...watch];
  const told = new Set<string>();

  function drift(source_event: unknown, promotion: Promotion, entry: RegistryEntry | undefined): void {
    if (!entry) return;
    const { canonical_event, status, deprecated_until, source_event: expected } = entry;
    const { uncast } = promotion as { uncast?: readonly string[] };
    const found = [
      promotion.status === 'missing'
        ? { kind: 'missing', missing: promotion.missing }
        : promotion.status === 'unmapped'
          ? { kind: 'near_miss', expected }
          : status === 'deprecated' && { kind: 'deprecated', deprecated_until },
      uncast && { kind: 'uncast', uncast },
    ];
    for (const one of found) {
      if (!one || told.has(one.kind + source_event)) continue;
      told.add(one.kind + source_event);
      (onDrift ?? warnOfDrift)({ source_event, canonical_event, ...one } as CallDrift);
    }
  }

  return {
    see(source_event, properties, contextOf) {
      const at = Date.now();
      stats.seen++;
      const promotion = promote(registry, { source, source_event: source_event as string, properties, at });
      return () => {
        let { status }: { status: keyof HeapStats } = promotion;
        const meant = status === 'unmapped' ? nearMiss?.(source_event) : undefined;
        let receipt: Receipt | undefined;
        try {
          if (promotion.status === 'promoted') {
            status = 'failed';
            receipt = client.capture({
              event: promotion.event,
              event_id: promotion.event_id,
              properties: promotion.properties,
              source,
              occurred_at: at,
              context: contextOf?.(),
            } as never);
            if (receipt.event_id !== null) status = 'promoted';
          }
        } finally {
          stats[status]++;
          for (const hear of watchers) hear?.({ source_event, at, promotion, meant, receipt });
        }
        drift(source_event, promotion, 'entry' in promotion ? promotion.entry : meant);
      };
    },
    stats: () => ({ ...stats }),
    trace: () => trace?.calls() ?? [],
  };
}

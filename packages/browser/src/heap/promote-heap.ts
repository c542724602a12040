import {
  problemOfPersonId,
  promote,
  type CaptureInput,
  type EventContext,
  type IdentifyInput,
  type Receipt,
  type Registry,
} from '@tracklayer/core';
import type { HeapApi } from './heap-api.ts';
import { hookHeap } from './hook.ts';

/** What promotion needs of a client. */
export interface HeapClient {
  capture(event: CaptureInput): Receipt;
  identify(input: IdentifyInput): Receipt;
  reset?(): void;
}

/** A mapped label that came without what its entry requires. */
export interface HeapDrift {
  source_event: string;
  canonical_event: string;
  missing: readonly string[];
}

export interface PromoteHeapOptions {
  /** Which labels become which canonical events, made by `defineRegistry`. */
  registry: Registry;
  /** The source that its entries name. Default `heap`. */
  source?: string | undefined;
  /** Default: the page's own. */
  window?: object | undefined;
  /** Told once per label and load. */
  onDrift?: ((drift: HeapDrift) => void) | undefined;
  /** Whether `heap.identify` and `heap.resetIdentity` speak for the client too. Default `true`. */
  identify?: boolean | undefined;
}

/** Calls of `heap.track`, by what became of them: `seen` is the sum of the others. */
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

export interface HeapPromotion {
  /** Takes the hook off the page; Heap's own methods and global are plain properties again. */
  stop(): void;
  stats(): HeapStats;
}

/**
 * Promotes chosen `heap.track` calls to canonical events, from the moment of the call on, whether Heap's snippet or
 * library came or not. Heap works as if this was not there. Installed after the library, earlier calls are gone.
 *
 * @example
 * const promotion = promoteHeap(tracklayer, { registry });
 * heap.track('Order Completed', { orderId: 'ord_10492', total: 129.95, currency: 'EUR' }); // becomes a `purchase`
 */
export function promoteHeap(
  client: HeapClient,
  { registry, source = 'heap', window = globalThis, onDrift, identify = true }: PromoteHeapOptions,
): HeapPromotion {
  const stats: HeapStats = { seen: 0, promoted: 0, unmapped: 0, missing: 0, draft: 0, unmet: 0, failed: 0 };
  const drifted = new Set<string>();
  let lastId: string | undefined;
  let hashing = 0;

  function track([source_event, properties]: readonly unknown[], heap: HeapApi | undefined): void {
    // SDK 5 leads its autocapture through `track` too.
    if (source_event === 'heap_autotrack') return;
    const at = Date.now();
    stats.seen++;
    const promotion = promote(registry, { source, source_event: source_event as string, properties, at });
    if (promotion.status !== 'promoted') {
      stats[promotion.status]++;
      if (promotion.status === 'missing') drift(promotion.entry, promotion.missing);
      return;
    }
    const { event, properties: promoted } = promotion;
    const context = contextOf(heap);
    const input = { event, properties: promoted, source: 'heap', occurred_at: at, ...context };
    count(() => client.capture(input as CaptureInput));
  }

  function count(capture: () => Receipt): void {
    let outcome: 'promoted' | 'failed' = 'failed';
    try {
      if (capture().event_id !== null) outcome = 'promoted';
    } finally {
      stats[outcome]++;
    }
  }

  function drift(
    { source_event, canonical_event }: Omit<HeapDrift, 'missing'>,
    missing: readonly string[],
  ): void {
    if (drifted.has(source_event)) return;
    drifted.add(source_event);
    onDrift?.({ source_event, canonical_event, missing });
  }

  function identified(id: unknown, heap: HeapApi | undefined): void {
    const user_id = typeof id === 'number' ? String(id) : id;
    // The hash is Heap's own way of naming a person, and says nothing to anyone else.
    if (hashing > 0 && typeof user_id === 'string' && /^[0-9a-f]{64}$/.test(user_id)) {
      hashing--;
      return;
    }
    // Classic repeats an identify that came before it was ready.
    if (typeof user_id !== 'string' || user_id === lastId) return;
    // Heap refuses these without a word; passed on, they would make strangers one person.
    if (problemOfPersonId(user_id)) return;
    lastId = user_id;
    client.identify({ user_id, source: 'heap', ...contextOf(heap) });
  }

  const stop = hookHeap(window, (name, args, heap) => {
    if (name === 'track') return track(args, heap);
    if (!identify) return;
    if (name === 'identify') identified(args[0], heap);
    else if (name === 'identifyHashed') hashing++;
    // Heap leaves an unknown visitor as they are.
    else if (!heap || isIdentified(heap)) {
      lastId = undefined;
      client.reset?.();
    }
  });

  return { stop, stats: () => ({ ...stats }) };
}

function isIdentified({ identity, getIdentity }: HeapApi): boolean {
  return typeof (getIdentity ? getIdentity() : identity) === 'string';
}

/** Heap's own ids, only from the library: a stub would queue the question. */
function contextOf(heap: HeapApi | undefined): { context?: EventContext } {
  try {
    const user_id = heap?.userId ?? heap?.getUserId?.();
    const session_id = heap?.getSessionId?.();
    const ids = {
      ...(typeof user_id === 'string' && { user_id }),
      ...(typeof session_id === 'string' && { session_id }),
    };
    return ids.user_id || ids.session_id ? { context: { heap: ids } } : {};
  } catch {
    return {};
  }
}

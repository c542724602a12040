import { nearMissOf, witness } from '@tracklayer/core/adapter';
import { attempt } from '../../platform/attempt.ts';
import type { HeapApi } from '../hook/heap-api.ts';
import type { PromotingClient } from '../promoting-client.ts';
import { createHeapIdentity } from './heap-identity.ts';
import { hookHeap } from '../hook/hook.ts';
import { createPromoter, type HeapStats, type PromoterOptions } from './promoter.ts';
import type { TracedCall } from '../trace/traced-call.ts';

export interface PromoteHeapOptions extends PromoterOptions {
  /** The source that its entries name. Default `heap`. */
  source?: string | undefined;
  /** The window whose `heap` is hooked. Default: the page's own. */
  window?: object | undefined;
  /** Whether `heap.identify` and `heap.resetIdentity` speak for the client too. Default `true`. */
  identify?: boolean | undefined;
  /**
   * Which properties of `heap.addUserProperties` become traits, and under which canonical name:
   * `{ 'Email Address': 'email' }`. Personal ones leave hashed only, by the client's `hashTraits` (wire W-18). Default: none.
   */
  traits?: Readonly<Record<string, string>> | undefined;
  /**
   * Puts the client's anonymous id on Heap's user as `tracklayer_anonymous_id`, once per user and load and only while
   * consent allows it: when Heap's library has come, or else with the next call of Heap. Default `false`.
   */
  stampHeapUser?: boolean | undefined;
}

export interface HeapPromotion {
  /** Takes the hook off the page; Heap's own methods and global are plain properties again. */
  stop(): void;
  /** The last calls of `heap.track`, and why each became a conversion or did not; empty without the option `trace`. */
  trace(): readonly TracedCall[];
  /** Calls of `heap.track`, by what became of them. */
  stats(): HeapStats;
}

/**
 * Promotes chosen `heap.track` calls to canonical events, from the moment of the call on, whether Heap's snippet or
 * library came or not. Heap works as if this was not there. Installed after the library, earlier calls are gone.
 *
 * @throws TrackLayerError `invalid_registry` when `registry` is not made by `defineRegistry`.
 * @example
 * const promotion = promoteHeap(tracklayer, { registry });
 * heap.track('Order Completed', { orderId: 'ord_10492', total: 129.95, currency: 'EUR' }); // becomes a `purchase`
 */
export function promoteHeap(client: PromotingClient, options: PromoteHeapOptions): HeapPromotion {
  const { source = 'heap', window = globalThis, identify = true, traits = {}, stampHeapUser } = options;
  const { see, stats, trace } = createPromoter(
    client,
    source,
    options,
    (options.onDrift ?? options.trace?.onCall ?? witness()) && nearMissOf(options.registry, source),
  );
  const identity = createHeapIdentity(client, traits, contextOf);
  let stamped: string | undefined;

  function stamp(heap: HeapApi): void {
    if (!client.isAllowed?.()) return;
    const tracklayer_anonymous_id = client.anonymousId?.();
    const user_id = contextOf(heap)?.heap.user_id;
    const pair = `${user_id} ${tracklayer_anonymous_id}`;
    if (!user_id || !tracklayer_anonymous_id || pair === stamped) return;
    stamped = pair;
    heap.addUserProperties?.({ tracklayer_anonymous_id });
  }

  const stop = hookHeap(
    window,
    (name, args, heap) => {
      if (name !== 'track') {
        if (identify) identity.heard(name, args, heap);
      }
      // SDK 5 leads its autocapture through `track` too.
      else if (args[0] !== 'heap_autotrack') see(args[0], args[1], () => contextOf(heap));
    },
    stampHeapUser ? stamp : undefined,
  );
  return { stop, trace, stats };
}

/** Heap's own ids, only from the library: a stub would queue the question. */
function contextOf(
  heap: HeapApi | undefined,
): { heap: { user_id: string | undefined; session_id: string | undefined } } | undefined {
  return attempt(() => {
    const user_id = textOf(heap?.userId ?? heap?.getUserId?.());
    const session_id = textOf(heap?.getSessionId?.());
    return user_id || session_id ? { heap: { user_id, session_id } } : undefined;
  });
}

function textOf(id: unknown): string | undefined {
  return typeof id === 'string' ? id : undefined;
}

import { nearMissOf } from '@tracklayer/core/adapter';
import type { HeapApi } from '../hook/heap-api.ts';
import { hookHeap } from '../hook/hook.ts';
import type { PromotingClient } from '../promoting-client.ts';
import type { TracedCall } from '../trace/traced-call.ts';
import { createHeapIdentity } from './heap-identity.ts';
import { heapContext, heapUserId } from './heap-ids.ts';
import { createPromoter, type HeapStats, type PromoterOptions } from './promoter.ts';

export interface PromoteHeapOptions extends PromoterOptions {
  /** The source that its entries name. Default `heap`. */
  source?: string | undefined;
  /** The window that has the `heap` to hook. Default: the page's own. */
  window?: object | undefined;
  /**
   * Whether Heap's identity also identifies the client: `heap.identify`, `heap.resetIdentity`, and the identity that
   * Heap has when its library is ready. Default `true`.
   */
  identify?: boolean | undefined;
  /**
   * Which properties of `heap.addUserProperties` become traits, and under which canonical name:
   * `{ 'Email Address': 'email' }`. Personal ones leave hashed only, by the client's `hashTraits` (wire W-18). Default: none.
   */
  traits?: Readonly<Record<string, string>> | undefined;
  /**
   * Sets the client's anonymous id on Heap's user as `tracklayer_anonymous_id`, once per user and page load and only
   * while consent allows it: when Heap's library is ready, or else with the next call of Heap. Default `false`.
   */
  stampHeapUser?: boolean | undefined;
}

/** Calls of `heap.track`, by what became of them, and persons. */
export interface PromotionStats extends HeapStats {
  /** 1 when the client took over a person whom Heap knew already. */
  adopted: number;
}

export interface HeapPromotion {
  /** Takes the hook off the page; Heap's own methods and global are plain properties again. */
  stop(): void;
  /** The last calls of `heap.track`, and why each became a conversion or did not; empty without the option `trace`. */
  trace(): readonly TracedCall[];
  stats(): PromotionStats;
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
  const { see, stats, trace } = createPromoter(client, source, options, nearMissOf(options.registry, source));
  const identity = createHeapIdentity(client, traits);
  let stamped: string | undefined;

  function stamp(heap: HeapApi): void {
    if (!stampHeapUser || !client.isAllowed()) return;
    const tracklayer_anonymous_id = client.anonymousId();
    const user_id = heapUserId(heap);
    const pair = `${user_id} ${tracklayer_anonymous_id}`;
    if (!user_id || pair === stamped) return;
    stamped = pair;
    heap.addUserProperties?.({ tracklayer_anonymous_id });
  }

  const hook = hookHeap(window, {
    call(call, heap) {
      const { name, args } = call;
      if (name !== 'track') return identify ? identity.heard(call, heap) : undefined;
      // SDK 5 leads its autocapture through `track` too.
      if (args[0] === 'heap_autotrack') return undefined;
      if (identify) identity.adopt(heap);
      return see(args[0], args[1], () => heapContext(heap));
    },
    turn(heap) {
      if (identify) identity.adopt(heap);
      stamp(heap);
    },
  });
  const stopHearing = client.onConsent(hook.takeTurn);
  return {
    stop() {
      stopHearing();
      hook.stop();
    },
    trace,
    stats: () => ({ ...stats(), adopted: identity.adopted() }),
  };
}

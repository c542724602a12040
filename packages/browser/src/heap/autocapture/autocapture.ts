import { isLabelled } from '../hook/labelling.ts';
import type { PromotingClient } from '../promoting-client.ts';
import { createPromoter, type HeapStats, type PromoterOptions } from '../promotion/promoter.ts';
import type { TracedCall } from '../trace/traced-call.ts';
import { watchPage, type Moment } from './page-moments.ts';
import { isIgnored, pathOf } from './privacy.ts';
import { readPage } from './read-page.ts';
import { createRule, type Rule } from './rule.ts';

export interface AutocaptureOptions extends PromoterOptions {
  /** The source that its entries name. Default `heap`. */
  source?: string | undefined;
}

export interface Autocapture {
  /** Takes the listeners off the page. */
  stop(): void;
  /** The last moments that matched an entry, and why each became a conversion or did not; empty without the option `trace`. */
  trace(): readonly TracedCall[];
  /** Moments that matched an entry, by what became of them. */
  stats(): HeapStats;
}

/**
 * Promotes clicks, submits, changes and pageviews for which the page has no `heap.track` call: entries with a `match`.
 * Events are in storage before a link or a form leaves the page. What `heap-ignore` and Heap's redaction attributes hide
 * is not read, and fields for passwords and cards never are.
 *
 * @throws TrackLayerError `invalid_registry` when a `match` can't be used, with the entry named.
 * @example
 * autocapture(tracklayer, { registry: defineRegistry([{
 *   source: 'heap', source_event: 'Button Clicked: Add to cart', canonical_event: 'add_to_cart', status: 'approved',
 *   match: { on: 'click', selector: 'button.add-to-cart' },
 *   properties: { value: { attribute: 'data-price', cast: 'number' }, currency: { value: 'EUR' }, items: cartItems },
 * }]) });
 */
export function autocapture(
  client: Pick<PromotingClient, 'capture'>,
  options: AutocaptureOptions,
): Autocapture {
  const { registry, source = 'heap' } = options;
  const { see, stats, trace } = createPromoter(client, source, options);
  const rules = registry.entries.flatMap((entry) =>
    entry.match && entry.source === source ? [createRule(entry, entry.match)] : [],
  );

  function apply({ entry, sources, elementOf }: Rule, moment: Moment): void {
    try {
      const element = elementOf(moment);
      if (element) see(entry.source_event, readPage(sources, element, pathOf(element)))();
    } catch {
      // One rule harms no other, and none the page.
    }
  }

  function onMoment(moment: Moment): void {
    if (isIgnored(moment.path) || isLabelled(window)) return;
    for (const rule of rules) apply(rule, moment);
  }

  return { stop: rules.length > 0 ? watchPage(onMoment) : () => {}, trace, stats };
}

import type { Registry } from '@tracklayer/core';
import { nearMissOf, jsonText } from '@tracklayer/core/adapter';
import type { BrowserClient } from '../../browser-client.ts';
import type { HeardLabel } from '../heard-label.ts';

export interface LabelCountOptions {
  /** Whose labels are counted. */
  registry: Registry;
  /** The source that its entries name. Default `heap`. */
  source?: string | undefined;
  /** Where the counts go, under the client's `endpoint`. Default `/api/drift`. */
  path?: string | undefined;
}

const maxLabels = 100;
// The endpoint takes no others: a label that holds an address tells more than a count.
const countable = /^[^@\p{Cc}\p{Cs}]{1,255}$/u;

/**
 * Counts the registry's labels as the page produces them, and those that nearly are one of them, and posts the counts
 * when the page is left, while consent allows it: so the relay tells which labels went silent or changed for all
 * visitors (docs/wire.md W-38, `tracklayer drift inspect`). Labels without an entry are not counted. Counts that do not
 * get through are lost. Throws nothing.
 *
 * @example
 * promoteHeap(tracklayer, { registry, watch: [countLabels(tracklayer, { registry })] });
 */
export function countLabels(
  client: Pick<BrowserClient, 'endpoint' | 'isAllowed'>,
  { registry, source = 'heap', path = '/api/drift' }: LabelCountOptions,
): (seen: HeardLabel) => void {
  const { fetch } = window;
  const nearMiss = nearMissOf(registry, source);
  const counts = new Map<string, number>();
  let listening: AbortController | undefined;

  function post(): void {
    listening?.abort();
    listening = undefined;
    const sightings = Array.from(counts, ([source_event, count]) => ({ source, source_event, count }));
    counts.clear();
    if (!client.isAllowed()) return;
    fetch
      .call(window, client.endpoint + path, {
        method: 'POST',
        body: jsonText({ sightings }),
        headers: { 'content-type': 'application/json' },
        credentials: 'same-origin',
        redirect: 'manual',
        keepalive: true,
      })
      .catch(() => {});
  }

  function listen(): void {
    listening = new AbortController();
    const { signal } = listening;
    addEventListener('pagehide', post, { signal });
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && post(), {
      signal,
    });
  }

  return ({ source_event, promotion }) => {
    if (typeof source_event !== 'string' || !countable.test(source_event)) return;
    if (promotion.status === 'unmapped' && !nearMiss(source_event)) return;
    const count = counts.get(source_event) ?? 0;
    if (count === 0 && counts.size >= maxLabels) return;
    counts.set(source_event, count + 1);
    if (!listening) listen();
  };
}

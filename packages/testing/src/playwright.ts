import { expect as expectBase, test as testBase, type BrowserContext } from '@playwright/test';
import { TrackLayerError } from '@tracklayer/core';
import { matchers } from './matchers/matchers.ts';
import { needNode } from './need-node.ts';
import { listenOnContext } from './test-relay/listen-on-context.ts';
import { createRecording, type RelayRecord } from './test-relay/recording.ts';
import { createScript } from './test-relay/script.ts';
import { faultsOf, type RelayFaults, type TestRelayOptions } from './test-relay/test-relay.ts';
import { witnessContext } from './witness/context-witness.ts';

export type { MatcherState } from './matchers/matchers.ts';

export interface PageRelayOptions extends Pick<TestRelayOptions, 'events' | 'answer'> {
  /** The client's `endpoint`, on any origin. Default `/tl`. */
  path?: string | undefined;
}

/** A test relay in place of the site's own endpoint. */
export interface PageRelay extends RelayRecord, RelayFaults {
  /** Forgets what arrived, and the script. */
  reset(): void;
}

/**
 * Routes what the pages of a browser context send to `/tl` into a test relay; nothing reaches the site's server. Call
 * it before a page is opened.
 *
 * @throws TrackLayerError `invalid_options` for a `path` without a slash in front.
 */
export async function routeRelay(
  context: BrowserContext,
  { path = '/tl', events, answer }: PageRelayOptions = {},
): Promise<PageRelay & { close(): Promise<void> }> {
  needNode();
  if (!path.startsWith('/'))
    throw new TrackLayerError('invalid_options', '`path` must begin with a slash: "/tl"');
  const script = createScript(answer);
  const { record, respond, reset } = createRecording(events, script, await witnessContext(context));
  const { close } = await listenOnContext(respond, context, path.replace(/\/+$/, ''));
  return { ...record, ...faultsOf(script), reset, close };
}

/** What a test or a project sets: `use: { tracklayer: { path: '/events' } }`. */
export interface TrackLayerFixtureOptions {
  tracklayer: PageRelayOptions;
}

export interface TrackLayerFixtures {
  /** A relay of this test alone, for every page of its context. Open without being asked for, so that nothing leaks out. */
  relay: PageRelay;
}

/**
 * Playwright's `test` with a relay in place of the site's `/tl`.
 *
 * @example
 * import { expect, test } from '@tracklayer/testing/playwright';
 * test('an order is one purchase', async ({ page, relay }) => {
 *   await page.goto('/checkout');
 *   await page.click('#pay');
 *   await expect(relay).toHaveCapturedOnce('purchase', { value: 129.95 });
 * });
 */
export const test = testBase.extend<TrackLayerFixtures & TrackLayerFixtureOptions>({
  tracklayer: [{}, { option: true }],
  relay: [
    async ({ context, tracklayer }, use) => {
      const { close, ...relay } = await routeRelay(context, tracklayer);
      await use(relay);
      await close();
    },
    { auto: true },
  ],
});

/** Playwright's `expect` with {@link matchers}. */
export const expect = expectBase.extend(matchers);

export { matchers };

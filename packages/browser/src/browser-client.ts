import type { BuiltInEvents, Client, EventMap } from '@tracklayer/core';
import { createAdapterClient, createUuid, defaultPlatform } from '@tracklayer/core/adapter';
import { checkOptions, withBrowserDefaults, type BrowserClientOptions } from './options.ts';
import { createPageContext } from './page/page-context.ts';
import { readPageEndpoint } from './page/page-endpoint.ts';
import { withContext } from './page/with-context.ts';
import { attempt } from './platform/attempt.ts';
import { createPageIdentity } from './platform/identity.ts';
import { createExclusively } from './platform/leader.ts';
import { createPageLedger } from './platform/ledger.ts';
import { createLeftovers } from './platform/leftovers.ts';
import { openStorage } from './platform/open-storage.ts';
import { onPageEvents } from './platform/page-lifecycle.ts';
import { createPageTransport } from './platform/page-transport.ts';
import { createValues, valuePrefix } from './platform/values.ts';

// As core names it: what one tab says here, all tabs heed.
const optOutKey = 'opt_out';

/** A client for one page and its one visitor: it remembers who they are, and needs no ids with events. */
export interface BrowserClient<Own extends EventMap = BuiltInEvents> extends Client<Own> {
  /** Where it posts to, without a slash at its end. */
  readonly endpoint: string;
  anonymousId(): string;
  /** Who `identify` named, on this page or an earlier one; `undefined` for a visitor who is not known. */
  userId(): string | undefined;
  /** `pending`: consent is awaited, or nobody sees the page yet. `refused`: nothing is stored or sent. Else `open`. */
  consent(): 'open' | 'pending' | 'refused';
  /** Whether ids may be stored and events sent now: `consent()` is `open`. */
  isAllowed(): boolean;
  /** Calls `hear` after each change of {@link consent}, until the returned function is called. */
  onConsent(hear: () => void): () => void;
  /** Logout: forgets the `user_id` and starts a new visitor. */
  reset(): void;
}

/**
 * Makes the client of a page. Events are in storage when `capture` returns; they go out in the background, when the
 * page is left, or with the next page.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used.
 * @example
 * const tracklayer = createBrowserClient({ endpoint: '/tl' });
 */
export function createBrowserClient<Own extends EventMap = BuiltInEvents>(
  options: BrowserClientOptions<Own>,
): BrowserClient<Own> {
  checkOptions(options);
  const endpoint = readPageEndpoint(options?.endpoint);
  const { consent, paths, cookieDomain } = options;
  const base = defaultPlatform();
  const { clock } = base;
  const newId = createUuid(clock.now, base.randomBytes);
  const storage = openStorage();
  const values = createValues(storage);
  const identity = createPageIdentity(values, newId, cookieDomain, () =>
    // Asked for while the client is being made.
    queueMicrotask(() =>
      report(
        'setup',
        '`cookieDomain` does not cover this host: the browser refuses it, so tl_aid is kept for this host',
      ),
    ),
  );
  const transport = createPageTransport(endpoint, paths);
  const { prerendering } = document as { prerendering?: boolean };
  const page = newId();
  const ledger = createPageLedger(values, clock.now, page.slice(-8));
  const locks = navigator.locks as LockManager | undefined;
  const leftovers = storage && createLeftovers(storage, locks, page, () => resume());

  let isAllowed = false;
  const hearers = new Set<() => void>();
  const {
    client,
    report,
    leave,
    resume,
    show,
    consent: consentState,
  } = createAdapterClient<Own>({
    ...withBrowserDefaults(options),
    transport,
    platform: { ...base, messages: leftovers?.store, values, exclusively: createExclusively(locks) },
    identity: {
      ...identity,
      allow(allowed) {
        isAllowed = allowed;
        identity.allow(allowed);
        ledger.allow(allowed);
        for (const hear of hearers) queueMicrotask(hear);
      },
    },
    ledger,
    context: withContext(createPageContext(), options.context, (cause) =>
      report('callback', 'context threw; events go without it', cause),
    ),
    consent,
    isHidden: prerendering,
    gpc: (navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl === true,
  });

  function heedOptOut(): void {
    if (values.get(optOutKey) === '1') void client.optOut();
  }

  const stopListening = onPageEvents({
    leave,
    letGo: () => leftovers?.letGo(),
    resume({ isRestored, isOnline }) {
      if (isRestored) {
        leftovers?.takeBack();
        identity.refresh();
        heedOptOut();
      }
      leftovers?.look();
      resume(isOnline);
    },
    changed(key) {
      if (key === valuePrefix + optOutKey) heedOptOut();
      else if (key?.startsWith(valuePrefix)) identity.refresh();
    },
  });
  if (prerendering) {
    document.addEventListener(
      'prerenderingchange',
      () => {
        show();
        leftovers?.look();
      },
      { once: true },
    );
  }
  leftovers?.look();
  if (!storage) report('storage', 'events are kept in memory only: the page has no storage');

  const shown: BrowserClient<Own> = {
    endpoint,
    ...client,
    close: () => client.close().finally(stopListening),
    setConsent(snapshot) {
      client.setConsent(snapshot);
      leftovers?.look();
    },
    optIn() {
      client.optIn();
      leftovers?.look();
    },
    anonymousId: () => identity.read().anonymous_id,
    userId: () => identity.read().user_id,
    consent: consentState,
    isAllowed: () => isAllowed,
    onConsent(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    reset: identity.reset,
  };
  if (options.debug ?? attempt(() => localStorage.getItem('tracklayer_debug')) === '1') {
    import('./debug.ts').then(({ attachDebug }) => attachDebug(shown, transport)).catch(() => undefined);
  }
  return shown;
}

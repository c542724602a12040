import type { BuiltInEvents, Client, EventMap } from '@tracklayer/core';
import {
  attempt,
  createAdapterClient,
  createUuid,
  defaultPlatform,
  type AdapterOptions,
} from '@tracklayer/core/adapter';
import type { BrowserClientOptions } from './options.ts';
import { createLanding } from './page/landing.ts';
import { createPageContext } from './page/page-context.ts';
import { createPageIdentity } from './platform/identity.ts';
import { createExclusively } from './platform/leader.ts';
import { createPageLedger } from './platform/ledger.ts';
import { createLeftovers } from './platform/leftovers.ts';
import { openStorage } from './platform/open-storage.ts';
import { onPageEvents } from './platform/page-lifecycle.ts';
import { createValues, valuePrefix } from './platform/values.ts';

/** What a page's client does once it may touch cookies and storage. */
export interface PageClient<Own extends EventMap = BuiltInEvents> extends Client<Own> {
  anonymousId(): string;
  /** Who `identify` named, on this page or an earlier one; `undefined` for a visitor who is not known. */
  userId(): string | undefined;
  /** `pending`: consent is awaited, or nobody sees the page yet. `refused`: nothing is stored or sent. Else `open`. */
  consent(): 'open' | 'pending' | 'refused';
  /** Whether ids may be stored and events sent now: `consent()` is `open`. */
  isAllowed(): boolean;
  /** Logout: forgets the `user_id` and starts a new visitor. */
  reset(): void;
}

/**
 * @param search - of the address that the page was entered by.
 * @param shown - what the app holds, on which `debug` shows itself.
 * @param hearers - called after each change of consent.
 */
export function createPageClient<Own extends EventMap>(
  options: BrowserClientOptions<Own> & Pick<AdapterOptions, 'transport'>,
  search: string,
  shown: PageClient<Own>,
  hearers: ReadonlySet<() => void>,
): PageClient<Own> {
  const { transport } = options;
  const base = defaultPlatform();
  const { clock } = base;
  const newId = createUuid(clock.now, base.randomBytes);
  const storage = openStorage();
  const values = createValues(storage);
  /** Not while the client is being made: the app may call it from there. */
  const reportSoon = (code: 'setup' | 'storage', detail: string): void =>
    queueMicrotask(() => report(code, detail));
  const identity = createPageIdentity(values, newId, options.cookieDomain, () =>
    reportSoon(
      'setup',
      '`cookieDomain` does not cover this host: the browser refuses it, so tl_aid is kept for this host',
    ),
  );
  const { prerendering } = document as { prerendering?: boolean };
  const page = newId();
  const landing = createLanding(search, values, clock.now);
  const ledger = createPageLedger(values, clock.now, page.slice(-8));
  const locks = navigator.locks as LockManager | undefined;
  const leftovers = storage && createLeftovers(storage, locks, page, () => resume());

  let isAllowed = false;
  function tellHearers(): void {
    for (const hear of hearers) queueMicrotask(hear);
  }
  const { client, report, leave, resume, show, heed, consent } = createAdapterClient<Own>({
    ...options,
    platform: { ...base, messages: leftovers?.store, values, exclusively: createExclusively(locks) },
    identity: {
      ...identity,
      allow(allowed) {
        isAllowed = allowed;
        identity.allow(allowed);
        ledger.allow(allowed);
        landing.allow(allowed);
        tellHearers();
      },
    },
    ledger,
    platformContext: createPageContext(landing.landed),
    isHidden: prerendering,
    gpc: (navigator as { globalPrivacyControl?: unknown }).globalPrivacyControl === true,
  });

  /** Another tab may have changed who this is, and what may be done. */
  function heedOthers(): void {
    identity.refresh();
    heed();
  }

  const stopListening = onPageEvents({
    leave,
    letGo: () => leftovers?.letGo(),
    resume({ isRestored, isOnline }) {
      if (isRestored) {
        leftovers?.takeBack();
        heedOthers();
      }
      leftovers?.look();
      resume(isOnline);
    },
    changed(key) {
      if (key?.startsWith(valuePrefix)) heedOthers();
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
  if (!storage) reportSoon('storage', 'events are kept in memory only: the page has no storage');
  if (options.debug ?? attempt(() => storage?.getItem('tracklayer_debug')) === '1') {
    import('./debug.ts').then(({ attachDebug }) => attachDebug(shown, transport)).catch(() => undefined);
  }

  return {
    ...client,
    close: () => client.close().finally(stopListening),
    setConsent(snapshot) {
      client.setConsent(snapshot);
      leftovers?.look();
    },
    optIn() {
      client.optIn();
      // Nobody has answered yet: ids stay as they are, and whoever shows the question must hear of it.
      if (consent() === 'pending') tellHearers();
      leftovers?.look();
    },
    anonymousId: () => identity.read().anonymous_id,
    userId: () => identity.read().user_id,
    consent,
    isAllowed: () => isAllowed,
    reset: identity.reset,
  };
}

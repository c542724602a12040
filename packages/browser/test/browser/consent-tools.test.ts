import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  fromCookiebot,
  fromGoogleConsentMode,
  fromOneTrust,
  fromTcf,
  type ConsentClient,
} from '../../src/consent.ts';
import type { ConsentSnapshot } from '../../src/index.ts';
import { clearPage, login, openClient, replaceProperty } from './page.ts';
import { installPageRelay } from './page-relay.ts';

beforeEach(clearPage);

const nobody = { ad_user_data: 'denied', ad_personalization: 'denied', analytics: 'denied' } as const;
const all = { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' } as const;
const measured = { ...nobody, analytics: 'granted' } as const;

/** What the tool told the client, in order. */
function listener(): { client: ConsentClient; said: ConsentSnapshot[] } {
  const said: ConsentSnapshot[] = [];
  return { client: { setConsent: (snapshot) => void said.push(snapshot) }, said };
}
const put = (name: string, value: unknown): void =>
  replaceProperty(window, name, { value, writable: true, enumerable: true });

describe('W-10 Google consent mode', () => {
  function page(): { gtag: (...args: unknown[]) => void; layer: unknown[] } {
    const layer: unknown[] = [];
    put('dataLayer', layer);
    // As Google's snippet: the arguments object itself.
    return {
      layer,
      gtag() {
        // oxlint-disable-next-line prefer-rest-params -- as Google has it
        layer.push(arguments);
      },
    };
  }
  const google = { ad_user_data: 'granted', ad_personalization: 'granted', analytics_storage: 'granted' };

  test('an update is an answer, before us and after', () => {
    const { gtag } = page();
    const { client, said } = listener();
    gtag('consent', 'update', google);
    onTestFinished(fromGoogleConsentMode(client));
    gtag('event', 'page_view');
    gtag('consent', 'update', { analytics_storage: 'denied' });
    expect(said).toEqual([all, { ...all, analytics: 'denied' }]);
  });

  test('a default is none, unless it is taken for one, and fills in what an update leaves out', () => {
    const { gtag } = page();
    const { client, said } = listener();
    const eager = listener();
    gtag('consent', 'default', { ...google, wait_for_update: 500 });
    gtag('consent', 'default', { ad_user_data: 'denied', region: ['DE'] });
    onTestFinished(fromGoogleConsentMode(client));
    onTestFinished(fromGoogleConsentMode(eager.client, { takeDefaults: true }));
    expect(said).toEqual([]);
    expect(eager.said).toEqual([{ ...all, ad_user_data: 'denied' }]);
    gtag('consent', 'update', { analytics_storage: 'denied' });
    expect(said).toEqual([{ ...all, ad_user_data: 'denied', analytics: 'denied' }]);
  });

  test('P-4 an item that has a length, or throws when it is read, costs the page nothing', () => {
    const { gtag, layer } = page();
    const { client, said } = listener();
    const odd = {
      get 0(): never {
        throw new Error('of the page');
      },
    };
    layer.push({ event: 'video', length: 1e12 }, odd);
    onTestFinished(fromGoogleConsentMode(client));
    expect(layer.push({ event: 'video', length: 1e12 }, odd)).toBe(4);
    gtag('consent', 'update', google);
    expect(said).toEqual([all]);
  });

  test('an entry that is not a choice changes nothing, and a tag manager round us is heard until we stop', () => {
    const { gtag, layer } = page();
    const { client, said } = listener();
    const stop = fromGoogleConsentMode(client);
    const ours = layer.push;
    layer.push = (...items: unknown[]) => ours.apply(layer, items);
    gtag('consent', 'update', { analytics_storage: true, ad_storage: 'granted' });
    gtag('consent', 'update', null);
    layer.push(null, 'text', { event: 'gtm.js' });
    expect(said).toEqual([]);
    gtag('consent', 'update', google);
    stop();
    gtag('consent', 'update', { analytics_storage: 'denied' });
    expect(said).toEqual([all]);
    expect(layer).toHaveLength(7);
  });
});

describe('W-10 the Transparency & Consent Framework', () => {
  type Callback = (data: object, isGood: boolean) => void;
  function page(): { tell: Callback; removed: unknown[] } {
    let hear: Callback | undefined;
    const removed: unknown[] = [];
    put('__tcfapi', (command: string, version: number, callback: Callback, given?: unknown) => {
      expect(version).toBe(2);
      if (command === 'addEventListener') hear = callback;
      else removed.push(given);
    });
    return { tell: (data, isGood) => hear!({ listenerId: 7, ...data }, isGood), removed };
  }
  const purposes = (...granted: number[]): object => ({
    gdprApplies: true,
    eventStatus: 'useractioncomplete',
    purpose: { consents: Object.fromEntries(granted.map((purpose) => [purpose, true])) },
    vendor: { consents: { 755: true } },
  });

  test('purposes make the answer, and later changes another', () => {
    const { tell, removed } = page();
    const { client, said } = listener();
    const stop = fromTcf(client);
    tell({ eventStatus: 'cmpuishown', gdprApplies: true }, true);
    tell(purposes(1, 3, 4, 7, 8, 9), false);
    expect(said).toEqual([]);
    tell({ ...purposes(1, 3, 4, 7, 8, 9), eventStatus: 'tcloaded' }, true);
    tell(purposes(1, 8, 9), true);
    tell(purposes(3, 4, 7, 8, 9), true);
    expect(said).toEqual([all, measured, nobody]);
    stop();
    expect(removed).toEqual([7]);
    tell(purposes(1, 3, 4, 7, 8, 9), true);
    expect(said).toHaveLength(3);
  });

  test('a vendor that is named needs consent too', () => {
    const { tell } = page();
    const [one, other] = [listener(), listener()];
    fromTcf(one.client, { vendor: 755 });
    tell(purposes(1, 8, 9), true);
    fromTcf(other.client, { vendor: 756 });
    tell(purposes(1, 8, 9), true);
    expect([one.said, other.said]).toEqual([[measured], [nobody]]);
  });

  test('where the GDPR does not apply, nothing is said but what the site says', () => {
    const { tell } = page();
    const [silent, told] = [listener(), listener()];
    fromTcf(silent.client);
    tell({ gdprApplies: false, eventStatus: 'tcloaded' }, true);
    fromTcf(told.client, { otherwise: all });
    tell({ gdprApplies: false, eventStatus: 'tcloaded' }, true);
    expect([silent.said, told.said]).toEqual([[], [all]]);
  });

  test('a tool that comes later is found, and nothing is left when we stop', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { client, said } = listener();
    const stop = fromTcf(client);
    vi.advanceTimersByTime(1_000);
    const { tell } = page();
    vi.advanceTimersByTime(500);
    tell(purposes(1, 8, 9), true);
    expect(said).toEqual([measured]);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('W-10 OneTrust', () => {
  const groups = (active: string, isClosed: boolean): void => {
    put('OnetrustActiveGroups', active);
    put('OneTrust', { IsAlertBoxClosed: () => isClosed });
    dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail: active.split(',') }));
  };

  test('an open banner is not an answer, a closed one is', () => {
    const { client, said } = listener();
    const stop = fromOneTrust(client);
    groups(',C0001,', false);
    expect(said).toEqual([]);
    groups(',C0001,', true);
    groups(',C0001,C0002,', true);
    groups(',C0001,C0002,C0004,', true);
    expect(said).toEqual([nobody, measured, all]);
    stop();
    groups(',C0001,', true);
    expect(said).toHaveLength(3);
  });

  test('groups that are active from the start are granted, under names of the site’s own', () => {
    const { client, said } = listener();
    groups(',C0001,2,4,', false);
    onTestFinished(fromOneTrust(client, { analytics: '2', ads: '4' }));
    expect(said).toEqual([all]);
  });
});

describe('W-10 Cookiebot', () => {
  const answer = (statistics: boolean, marketing: boolean, hasResponse = true): void => {
    put('Cookiebot', { hasResponse, consent: { statistics, marketing } });
    dispatchEvent(new Event('CookiebotOnConsentReady'));
  };

  test('an answer is passed on, before us and after, and anything else is not', () => {
    const { client, said } = listener();
    const stop = fromCookiebot(client);
    answer(false, false, false);
    expect(said).toEqual([]);
    answer(true, false);
    answer(true, false);
    answer(true, true);
    answer(false, false);
    stop();
    answer(true, true);
    expect(said).toEqual([measured, all, nobody]);
    const late = listener();
    onTestFinished(fromCookiebot(late.client));
    expect(late.said).toEqual([all]);
  });

  test('opens the gate of a client that waited, and closes it again', async () => {
    const relay = installPageRelay();
    const client = openClient({ consent: 'pending', flushIntervalMs: 60_000 });
    onTestFinished(fromCookiebot(client));
    client.capture(login);
    answer(true, false);
    await client.flush();
    expect(relay.requests.flatMap(({ messages }) => messages)).toMatchObject([
      { event: 'login', consent: measured },
    ]);
    answer(false, false);
    client.capture(login);
    expect(client.stats()).toMatchObject({ delivered: 1, dropped: { consent: 1 } });
  });
});

import { choice, createSay, onEvents, type ConsentClient } from './follow.ts';

interface CookiebotWindow {
  Cookiebot?: { hasResponse?: boolean; consent?: { statistics?: boolean; marketing?: boolean } };
}

/**
 * Follows Cookiebot through `Cookiebot.consent` and its events. `marketing` is `ad_user_data` and `ad_personalization`,
 * `statistics` is `analytics`. Until `Cookiebot.hasResponse` nobody has answered.
 *
 * @returns what ends it.
 * @see https://www.cookiebot.com/en/developer/
 * @example
 * const tracklayer = createBrowserClient({ endpoint: '/tl', consent: 'pending' });
 * fromCookiebot(tracklayer);
 */
export function fromCookiebot(client: ConsentClient): () => void {
  const say = createSay(client);
  return onEvents(['CookiebotOnConsentReady', 'CookiebotOnAccept', 'CookiebotOnDecline'], () => {
    const { hasResponse, consent } = (window as CookiebotWindow).Cookiebot ?? {};
    if (!hasResponse || !consent) return;
    const forAds = choice(consent.marketing);
    say({ ad_user_data: forAds, ad_personalization: forAds, analytics: choice(consent.statistics) });
  });
}

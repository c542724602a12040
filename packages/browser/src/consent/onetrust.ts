import { choice, createSay, onEvents, type ConsentClient } from './follow.ts';

export interface OneTrustOptions {
  /** The group of cookies that measure. Default `C0002`. */
  analytics?: string | undefined;
  /** The group of advertising cookies. Default `C0004`. */
  ads?: string | undefined;
}

interface OneTrustWindow {
  OnetrustActiveGroups?: string;
  OneTrust?: { IsAlertBoxClosed?(): boolean };
}

/**
 * Follows OneTrust through `OnetrustActiveGroups` and its event `OneTrustGroupsUpdated`. A group that is active is
 * granted; one that is not is denied once the person has closed the banner, and until then nobody has answered.
 *
 * @returns what ends it.
 * @see https://developer.onetrust.com/onetrust/docs/javascript-events-guide
 * @example
 * const tracklayer = createBrowserClient({ endpoint: '/tl', consent: 'pending' });
 * fromOneTrust(tracklayer, { ads: 'C0004' });
 */
export function fromOneTrust(
  client: ConsentClient,
  { analytics = 'C0002', ads = 'C0004' }: OneTrustOptions = {},
): () => void {
  const say = createSay(client);
  return onEvents(['OneTrustGroupsUpdated', 'OTConsentApplied'], () => {
    const { OnetrustActiveGroups, OneTrust } = window as OneTrustWindow;
    if (typeof OnetrustActiveGroups !== 'string') return;
    const active = OnetrustActiveGroups.split(',');
    const [isMeasured, isAdvertised] = [active.includes(analytics), active.includes(ads)];
    const isAnswered = OneTrust?.IsAlertBoxClosed?.() ?? document.cookie.includes('OptanonAlertBoxClosed=');
    if (!isMeasured && !isAdvertised && !isAnswered) return;
    const forAds = choice(isAdvertised);
    say({ ad_user_data: forAds, ad_personalization: forAds, analytics: choice(isMeasured) });
  });
}

import type { ConsentSnapshot } from './event.ts';

/**
 * A snapshot's own fields, each read once, and nothing else of what a consent tool hands over: that could be personal, or
 * not travel as JSON.
 */
export const ownConsent = ({
  ad_user_data,
  ad_personalization,
  analytics,
  gpc,
}: ConsentSnapshot): ConsentSnapshot => ({ ad_user_data, ad_personalization, analytics, gpc });

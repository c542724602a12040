import type { Json } from '@tracklayer/core';

/** Words of `utm_medium` for what is paid, as Google Analytics groups channels, and the common ones besides. */
const paidMedium = /cp[acmv]|ppc|^paid|^(ads?|banner|display|remarketing|retargeting)$/i;

/** Whether campaign parameters (`context.utm`, docs/wire.md W-10) are those of an ad; `undefined` where they name no medium. */
export function isPaidCampaign(utm: { readonly medium?: Json | undefined }): boolean | undefined {
  return typeof utm.medium === 'string' && utm.medium !== '' ? paidMedium.test(utm.medium) : undefined;
}

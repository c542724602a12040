import type { DestinationAnswer, Reading } from './exchange.ts';
import { confirmGoogle, readGoogleReceipt } from './google-answers.ts';
import type { GoogleSettings } from './google-event.ts';
import { googleIdentifiers, type GoogleIdentifier } from './google-identifiers.ts';
import { googleLists, googleUrl, problemOfGoogleList, type GoogleAudience } from './google-lists.ts';
import { makingFields } from './list-answers.ts';
import type { Change, Mirror } from './mirror.ts';
import type { Person } from './person.ts';
import { refuse, type Mapped } from './refusal.ts';

/** One element of `audienceMembers`. Both purposes are granted, or the person would not be there. */
export interface GoogleMember {
  consent: { adUserData: 'CONSENT_GRANTED'; adPersonalization: 'CONSENT_GRANTED' };
  userData: { userIdentifiers: readonly GoogleIdentifier[] };
}

/** Google Customer Match by the Data Manager API (developers.google.com/data-manager/api/devguides/audiences). */
export const googleAudience: Mirror<GoogleSettings, GoogleAudience, GoogleMember> = {
  title: 'Google Customer Match',
  target: {
    audience: { kind: 'text', matches: /^\d+$/, hint: 'id of the Customer Match list' },
    ...makingFields,
    termsAccepted: {
      kind: 'flag',
      required: true,
      hint: 'true once Customer Match terms are accepted for the account',
    },
  },
  problem: problemOfGoogleList,
  lists: googleLists,
  limits: { perRequest: 10_000, requestsPerMinute: 300 },
  consent: ['ad_user_data', 'ad_personalization'],
  onChange: 'replace',
  map: mapToMember,
  request({ action, entries }, settings, { audience }, access) {
    const { account, loginAccount, validateOnly = false } = settings;
    const accountType = 'GOOGLE_ADS';
    return {
      method: 'POST',
      url: googleUrl(settings, `audienceMembers:${action === 'add' ? 'ingest' : 'remove'}`),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${access.token}` },
      body: JSON.stringify({
        destinations: [
          {
            operatingAccount: { accountType, accountId: account },
            ...(loginAccount && { loginAccount: { accountType, accountId: loginAccount } }),
            productDestinationId: audience,
          },
        ],
        encoding: 'HEX',
        ...(validateOnly && { validateOnly }),
        ...(action === 'add' && { termsOfService: { customerMatchTermsOfServiceStatus: 'ACCEPTED' } }),
        audienceMembers: entries,
      }),
    };
  },
  read: (answer: DestinationAnswer, { entries }: Change<GoogleMember>, settings): Reading =>
    readGoogleReceipt(answer, { count: entries.length, list: 'audience_members|audienceMembers' }, settings),
  confirm: confirmGoogle,
};

function mapToMember({ traits }: Person): Mapped<GoogleMember> {
  const userIdentifiers = googleIdentifiers(traits);
  if (userIdentifiers.length === 0) return refuse('no_match_keys');
  return {
    payload: {
      consent: { adUserData: 'CONSENT_GRANTED', adPersonalization: 'CONSENT_GRANTED' },
      userData: { userIdentifiers },
    },
  };
}

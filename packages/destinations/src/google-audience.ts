import type { DestinationAnswer, Reading } from './exchange.ts';
import { confirmGoogle, readGoogleReceipt } from './google-answers.ts';
import type { GoogleSettings } from './google-event.ts';
import { googleIdentifiers, type GoogleIdentifier } from './google-identifiers.ts';
import { countOf, factsOf } from './list-answers.ts';
import type { Change, Mirror } from './mirror.ts';
import type { Person } from './person.ts';
import { wordOf } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';

/** One Customer Match list. */
export interface GoogleAudience {
  /** Its id in the account. */
  audience: string;
  /** You have accepted Google's Customer Match terms for this account. */
  termsAccepted: boolean;
}

/** One element of `audienceMembers`. Both purposes are granted, or the person would not be there. */
export interface GoogleMember {
  consent: { adUserData: 'CONSENT_GRANTED'; adPersonalization: 'CONSENT_GRANTED' };
  userData: { userIdentifiers: readonly GoogleIdentifier[] };
}

const base = 'https://datamanager.googleapis.com';

/** Google Customer Match by the Data Manager API (developers.google.com/data-manager/api/devguides/audiences). */
export const googleAudience: Mirror<GoogleSettings, GoogleAudience, GoogleMember> = {
  title: 'Google Customer Match',
  target: {
    audience: { kind: 'text', required: true, matches: /^\d+$/, hint: 'id of the Customer Match list' },
    termsAccepted: {
      kind: 'flag',
      required: true,
      hint: 'true once Customer Match terms are accepted for the account',
    },
  },
  problem: ({ termsAccepted }) =>
    termsAccepted
      ? undefined
      : '`termsAccepted` must be true: accept the Customer Match terms in Google Ads first',
  limits: { perRequest: 10_000, requestsPerMinute: 300 },
  consent: ['ad_user_data', 'ad_personalization'],
  onChange: 'replace',
  map: mapToMember,
  request({ action, entries }, settings, { audience }, access) {
    const { account, loginAccount, validateOnly = false } = settings;
    const accountType = 'GOOGLE_ADS';
    return {
      method: 'POST',
      url: `${settings.endpoint ?? base}/${settings.version ?? 'v1'}/audienceMembers:${action === 'add' ? 'ingest' : 'remove'}`,
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
  lists: {
    measure: {
      request: (settings, { audience }, { token }) => ({
        method: 'GET',
        url: `${settings.endpoint ?? base}/${settings.version ?? 'v1'}/accountTypes/GOOGLE_ADS/accounts/${settings.account}/userLists/${audience}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(settings.loginAccount && {
            'login-account': `accountTypes/GOOGLE_ADS/accounts/${settings.loginAccount}`,
          }),
        },
      }),
      read: (answer) =>
        factsOf(answer, ({ sizeInfo, membershipStatus, ingestedUserListInfo }) => ({
          size: countOf(
            (sizeInfo as { displayNetworkMembersCount?: unknown } | undefined)?.displayNetworkMembersCount,
          ),
          match_rate: matchRateOf(ingestedUserListInfo),
          state: wordOf(membershipStatus) || undefined,
        })),
    },
  },
};

/** Google tells it with the kind of identifiers that the list holds. */
function matchRateOf(info: unknown): number | undefined {
  const kinds = Object.values((info ?? {}) as Record<string, unknown>);
  return kinds
    .map((kind) => countOf((kind as { matchRatePercentage?: unknown } | null)?.matchRatePercentage))
    .find((rate) => rate !== undefined);
}

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

import type { Access } from './exchange.ts';
import { googleOutcome } from './google-answers.ts';
import type { GoogleSettings } from './google-event.ts';
import { countOf, factsOf, isTaken, problemOfMaking } from './list-answers.ts';
import type { ListCalls, MadeTarget } from './list-calls.ts';
import { jsonOf, wordOf } from './read-answer.ts';

/** One Customer Match list. */
export interface GoogleAudience extends MadeTarget {
  /** Its id in the account. */
  audience?: string | undefined;
  /** You have accepted Google's Customer Match terms for this account. */
  termsAccepted: boolean;
}

const base = 'https://datamanager.googleapis.com';
export const googleUrl = ({ endpoint = base, version = 'v1' }: GoogleSettings, path: string): string =>
  `${endpoint}/${version}/${path}`;

/** Lists of the Google Ads account, whatever its events go to. */
const listsUrl = (settings: GoogleSettings, rest = ''): string =>
  googleUrl(settings, `accountTypes/GOOGLE_ADS/accounts/${settings.account}/userLists${rest}`);
const headersOf = ({ loginAccount }: GoogleSettings, { token }: Access) => ({
  authorization: `Bearer ${token}`,
  ...(loginAccount && { 'login-account': `accountTypes/GOOGLE_ADS/accounts/${loginAccount}` }),
});

/**
 * Customer Match lists of a Google Ads account
 * (developers.google.com/data-manager/api/reference/rest/v1/accountTypes.accounts.userLists). A display name is unique
 * among the lists of an account. A list made here keeps its members for as long as Google allows.
 */
export const googleLists: ListCalls<GoogleSettings, GoogleAudience> = {
  measure: {
    request: (settings, { audience = '' }, access) => ({
      method: 'GET',
      url: listsUrl(settings, `/${audience}`),
      headers: headersOf(settings, access),
    }),
    read: (answer) =>
      factsOf(
        answer,
        ({ sizeInfo, membershipStatus, ingestedUserListInfo }) => ({
          size: countOf(
            (sizeInfo as { displayNetworkMembersCount?: unknown } | undefined)?.displayNetworkMembersCount,
          ),
          match_rate: matchRateOf(ingestedUserListInfo),
          state: wordOf(membershipStatus) || undefined,
        }),
        googleOutcome,
      ),
  },
  making: {
    find: (name, settings, _target, access) => ({
      method: 'GET',
      url: listsUrl(settings, `?filter=${encodeURIComponent(`display_name = ${JSON.stringify(name)}`)}`),
      headers: headersOf(settings, access),
    }),
    readFound(answer, name) {
      const body = jsonOf(answer);
      // An account without such a list answers `{}`.
      const lists = body?.['userLists'] ?? [];
      if (!isTaken(answer) || !body || !Array.isArray(lists)) return { all: googleOutcome(answer) };
      const one = (lists as readonly Readonly<Record<string, unknown>>[]).find(
        (list) => list['displayName'] === name,
      );
      return { found: one && targetOf(one) };
    },
    create: (name, settings, _target, access) => ({
      method: 'POST',
      url: listsUrl(settings),
      headers: { ...headersOf(settings, access), 'content-type': 'application/json' },
      body: JSON.stringify({
        displayName: name,
        membershipStatus: 'OPEN',
        ingestedUserListInfo: {
          uploadKeyTypes: ['CONTACT_ID'],
          contactIdInfo: { dataSourceType: 'DATA_SOURCE_TYPE_FIRST_PARTY' },
        },
      }),
    }),
    readMade(answer) {
      const body = jsonOf(answer);
      return isTaken(answer) && body && wordOf(body['id'])
        ? { made: targetOf(body) }
        : { all: googleOutcome(answer) };
    },
  },
};

/** @returns what is wrong with a list of this account. */
export function problemOfGoogleList(
  target: GoogleAudience,
  { accountType = 'GOOGLE_ADS', validateOnly = false }: GoogleSettings,
): string | undefined {
  if (!target.termsAccepted)
    return '`termsAccepted` must be true: accept the Customer Match terms in Google Ads first';
  if (accountType !== 'GOOGLE_ADS')
    return 'Customer Match lists belong to a Google Ads account: give it a destination of its own';
  if (target.create && validateOnly) return '`create` makes no list while the destination has `validateOnly`';
  return problemOfMaking(target, target.audience, 'audience');
}

const targetOf = (list: Readonly<Record<string, unknown>>): GoogleAudience => ({
  audience: wordOf(list['id']),
  termsAccepted: true,
});

/** Google tells it with the kind of identifiers that the list holds. */
function matchRateOf(info: unknown): number | undefined {
  const kinds = Object.values((info ?? {}) as Record<string, unknown>);
  return kinds
    .map((kind) => countOf((kind as { matchRatePercentage?: unknown } | null)?.matchRatePercentage))
    .find((rate) => rate !== undefined);
}

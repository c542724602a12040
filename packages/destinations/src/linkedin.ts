import type { Destination, OutgoingEvent } from './destination.ts';
import { readLinkedInBatch } from './linkedin-answers.ts';
import { linkedinAudience } from './linkedin-audience.ts';
import { decimalText, moneyOf } from './money.ts';
import { oauthRefresh } from './oauth-refresh.ts';
import { countryOf, hashesOf, textOf, type Person } from './person.ts';
import { refuse, type Mapped } from './refusal.ts';
import type { CommonSettings } from './settings.ts';
import { sha256 } from './sha256.ts';

export interface LinkedInSettings extends CommonSettings<LinkedInConversions> {
  /** Ids of conversion rules by canonical event. A rule is made in Campaign Manager first, with the method Conversions API. */
  rules: Readonly<Record<string, string | readonly string[]>>;
  /** A token from Campaign Manager, which does not expire; or the three below. */
  token?: string | undefined;
  clientId?: string | undefined;
  clientSecret?: string | undefined;
  refreshToken?: string | undefined;
  /** Sends our `user_id` in clear, as LinkedIn's external id. Default `false`. */
  sendUserId?: boolean | undefined;
}

/** What one event becomes: an element for each of its rules. */
export interface LinkedInConversions {
  elements: readonly LinkedInElement[];
}

interface LinkedInElement {
  conversion: string;
  /** Milliseconds since 1970. */
  conversionHappenedAt: number;
  eventId: string;
  conversionValue?: { currencyCode: string; amount: string } | undefined;
  user: {
    userIds: readonly { idType: string; idValue: string }[];
    userInfo?: Readonly<Record<string, string>> | undefined;
    externalIds?: readonly string[] | undefined;
  };
}

const day = 86_400_000;
const version = '202609';
const base = 'https://api.linkedin.com';

/** LinkedIn Conversions API (learn.microsoft.com/linkedin/marketing/conversions). */
export const linkedin: Destination<LinkedInSettings, LinkedInConversions> = {
  type: 'linkedin',
  title: 'LinkedIn Conversions API',
  // A month's version lives for a year at least.
  api: { version, sunset: '2027-09-15' },
  settings: {
    rules: { kind: 'record', required: true, hint: 'canonical event to id of a conversion rule' },
    token: { kind: 'secret', hint: 'token from Campaign Manager' },
    clientId: { kind: 'text', hint: 'of your LinkedIn app, to refresh tokens' },
    clientSecret: { kind: 'secret', hint: 'of your LinkedIn app, to refresh tokens' },
    refreshToken: { kind: 'secret', hint: 'the refresh token of a member with access to the ad account' },
    sendUserId: { kind: 'flag', hint: 'sends our user_id in clear' },
  },
  problem: ({ token, clientId, clientSecret, refreshToken }) =>
    token || (clientId && clientSecret && refreshToken)
      ? undefined
      : '`token`, or `clientId`, `clientSecret` and `refreshToken`, is missing',
  limits: {
    perRequest: 5_000,
    weigh: ({ elements }) => elements.length,
    maxAgeMs: 90 * day,
    requestsPerMinute: 600,
  },
  consent: ['ad_user_data'],
  deduplicates: 'eventId, in one ad account; a conversion of the Insight Tag wins',
  keeps: () => 'the conversions that were sent: the Conversions API has no call that deletes one',
  events: 'all',
  isHashSlot: (key, holder) => key === 'idValue' && holder['idType'] === 'SHA256_EMAIL',
  map: mapToLinkedIn,
  request(payloads, settings, access) {
    return {
      method: 'POST',
      url: `${settings.endpoint ?? base}/rest/conversionEvents`,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${access.token ?? settings.token}`,
        'LinkedIn-Version': settings.version ?? version,
        'X-Restli-Protocol-Version': '2.0.0',
        'X-RestLi-Method': 'BATCH_CREATE',
      },
      body: JSON.stringify({ elements: payloads.flatMap(({ elements }) => elements) }),
    };
  },
  read: (answer, payloads) =>
    // Places of elements, turned into places of payloads.
    readLinkedInBatch(
      answer,
      payloads.flatMap(({ elements }, place) => elements.map(() => place)),
      payloads.length,
    ),
  audience: linkedinAudience,
  token: oauthRefresh('https://www.linkedin.com', '/oauth/v2/accessToken'),
};

const longestId = 64;

/** LinkedIn takes 64 characters: a longer id keeps its first 47 and 16 digits of its hash (docs/wire.md W-6). */
const linkedInEventId = (event_id: string): string =>
  event_id.length <= longestId ? event_id : `${event_id.slice(0, 47)}.${sha256(event_id).slice(0, 16)}`;

function mapToLinkedIn(
  event: OutgoingEvent,
  person: Person,
  { rules, sendUserId }: LinkedInSettings,
): Mapped<LinkedInConversions> {
  const ids = Object.hasOwn(rules, event.event) ? [rules[event.event] ?? []].flat() : [];
  if (ids.length === 0) return refuse('not_mapped', [], 'no rule is set for it');
  const { traits, click_ids, ip } = person;
  const first = textOf(traits, 'first_name');
  const last = textOf(traits, 'last_name');
  const matching = [
    ...hashesOf(traits, 'email_sha256').map((idValue) => ({ idType: 'SHA256_EMAIL', idValue })),
    ...(click_ids.li_fat_id
      ? [{ idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: click_ids.li_fat_id }]
      : []),
  ];
  const names = first && last ? { firstName: first, lastName: last } : undefined;
  if (matching.length === 0 && !names) return refuse('no_match_keys');
  const address =
    ip && /^\d{1,3}(\.\d{1,3}){3}$/.test(ip) ? [{ idType: 'PLAINTEXT_IP_ADDRESS', idValue: ip }] : [];
  const title = textOf(traits, 'title');
  const companyName = textOf(traits, 'company');
  const countryCode = countryOf(traits);
  const money = moneyOf(event.properties);
  const user = {
    userIds: [...matching, ...address],
    ...(names && {
      userInfo: {
        ...names,
        ...(title && { title }),
        ...(companyName && { companyName }),
        ...(countryCode && { countryCode }),
      },
    }),
    ...(sendUserId && person.user_id && { externalIds: [person.user_id] }),
  };
  return {
    payload: {
      elements: ids.map((rule) => ({
        conversion: `urn:lla:llaPartnerConversion:${rule}`,
        conversionHappenedAt: event.at,
        ...(money && {
          conversionValue: { currencyCode: money.currency, amount: decimalText(money.value, money.currency) },
        }),
        eventId: linkedInEventId(event.event_id),
        user,
      })),
    },
  };
}

import type { Destination, OutgoingEvent } from './destination.ts';
import { googleAudience } from './google-audience.ts';
import type { GoogleEvent, GoogleSettings } from './google-event.ts';
import { googleIdentifiers } from './google-identifiers.ts';
import { confirmGoogle, readGoogle } from './google-answers.ts';
import { googleToken, problemOfServiceAccount } from './google-token.ts';
import { itemsOf, without } from './items.ts';
import { moneyOf } from './money.ts';
import type { Person } from './person.ts';
import { wordOf } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';

export type { GoogleEvent, GoogleSettings };

const base = 'https://datamanager.googleapis.com';

/** Google Data Manager API (developers.google.com/data-manager): conversions of Google Ads, events of Analytics. */
export const google: Destination<GoogleSettings, GoogleEvent> = {
  type: 'google',
  title: 'Google Data Manager',
  api: { version: 'v1' },
  settings: {
    accountType: {
      kind: 'text',
      oneOf: ['GOOGLE_ADS', 'GOOGLE_ANALYTICS_PROPERTY'],
      hint: 'what the account is',
    },
    account: { kind: 'text', required: true, matches: /^\d+$/, hint: 'id of the account, digits only' },
    loginAccount: { kind: 'text', matches: /^\d+$/, hint: 'id of the manager account' },
    conversionActions: {
      kind: 'record',
      required: true,
      hint: 'canonical event to id of a conversion action',
    },
    serviceAccount: { kind: 'secret', required: true, hint: 'JSON text of the service account key' },
    validateOnly: { kind: 'flag', hint: 'checks and counts nothing' },
    confirmAfterMs: { kind: 'number', hint: 'wait before Google is asked what became of a request' },
  },
  problem: ({ serviceAccount }) => problemOfServiceAccount(serviceAccount),
  // Ten of Google's destinations fit into one request, and `groupOf` keeps to it.
  limits: { perRequest: 2_000, requestsPerMinute: 300 },
  consent: ['ad_user_data'],
  deduplicates: 'transactionId, in one conversion action',
  keeps: () => 'the conversions that were sent: the Data Manager API has no call that deletes one',
  events: 'all',
  isHashSlot: (key) => hashed.has(key),
  map: mapToGoogle,
  groupOf: ({ destinationReferences }) => destinationReferences.join(),
  request(payloads, settings, access) {
    const { account, loginAccount, accountType = 'GOOGLE_ADS', validateOnly = false } = settings;
    const references = payloads[0]?.destinationReferences ?? [];
    return {
      method: 'POST',
      url: `${settings.endpoint ?? base}/${settings.version ?? 'v1'}/events:ingest`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${access.token}` },
      body: JSON.stringify({
        destinations: references.map((reference) => ({
          reference,
          operatingAccount: { accountType, accountId: account },
          ...(loginAccount && { loginAccount: { accountType: 'GOOGLE_ADS', accountId: loginAccount } }),
          productDestinationId: reference,
        })),
        encoding: 'HEX',
        ...(validateOnly && { validateOnly }),
        events: payloads,
      }),
    };
  },
  read: readGoogle,
  audience: googleAudience,
  confirm: confirmGoogle,
  token: googleToken,
};

const hashed = new Set(['emailAddress', 'phoneNumber', 'givenName', 'familyName']);
const sources: Readonly<Record<string, string>> = {
  website: 'WEB',
  app: 'APP',
  physical_store: 'IN_STORE',
  phone_call: 'PHONE',
  email: 'MESSAGE',
  chat: 'MESSAGE',
  business_messaging: 'MESSAGE',
};

function mapToGoogle(event: OutgoingEvent, person: Person, settings: GoogleSettings): Mapped<GoogleEvent> {
  const { conversionActions, accountType } = settings;
  const named = Object.hasOwn(conversionActions, event.event) ? conversionActions[event.event] : undefined;
  const destinationReferences = [named ?? []].flat();
  if (destinationReferences.length === 0)
    return refuse('not_mapped', [], 'no conversion action is set for it');
  const { properties, context } = event;
  const { gclid, gbraid, wbraid } = person.click_ids;
  // The two are never sent together; an app's click is the rarer and surer one.
  const adIdentifiers = without({ gclid, gbraid, wbraid: gbraid ? undefined : wbraid });
  const userIdentifiers = googleIdentifiers(person.traits);
  const isAnalytics = accountType === 'GOOGLE_ANALYTICS_PROPERTY';
  const { client_id } = person.ga;
  const canMatch = Object.keys(adIdentifiers).length > 0 || userIdentifiers.length > 0;
  if (isAnalytics ? !client_id : !canMatch) return refuse('no_match_keys');
  const money = moneyOf(properties);
  const order = properties['order_id'];
  const items = itemsOf(properties)
    .filter(({ id }) => id !== undefined)
    .map(({ id, quantity, price }) => without({ merchantProductId: id, quantity, unitPrice: price }));
  return {
    payload: {
      destinationReferences,
      eventTimestamp: new Date(event.at).toISOString(),
      // An order's own number is what a tag in the page sends, too. Of other events only our id says which one it is.
      transactionId: (event.event === 'purchase' && wordOf(order)) || event.event_id,
      eventSource: sources[context.action_source ?? (context.page?.url ? 'website' : '')] ?? 'OTHER',
      ...(money && { conversionValue: money.value, currency: money.currency }),
      ...(Object.keys(adIdentifiers).length > 0 && { adIdentifiers }),
      ...(userIdentifiers.length > 0 && { userData: { userIdentifiers } }),
      ...consentOf(person),
      ...(items.length > 0 && { cartData: { items } }),
      ...(isAnalytics && {
        eventName: event.name,
        clientId: client_id,
        ...(person.user_id && { userId: person.user_id }),
      }),
    },
  };
}

function consentOf({
  consent: { ad_user_data, ad_personalization, gpc },
}: Person): Pick<GoogleEvent, 'consent'> {
  const word = (choice: string): string | undefined =>
    choice === 'unknown' ? undefined : choice === 'granted' ? 'CONSENT_GRANTED' : 'CONSENT_DENIED';
  const consent = without({
    adUserData: word(ad_user_data),
    adPersonalization: gpc ? 'CONSENT_DENIED' : word(ad_personalization),
  });
  return Object.keys(consent).length > 0 ? { consent } : {};
}

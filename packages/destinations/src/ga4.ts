import type { JsonObject } from '@tracklayer/core';
import type { Destination, DestinationAnswer, OutgoingEvent, Reading } from './destination.ts';
import { without } from './items.ts';
import type { Person } from './person.ts';
import { byStatus, jsonOf } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';
import type { CommonSettings } from './settings.ts';

export interface Ga4Settings extends CommonSettings<Ga4Hit> {
  /** Secret of the data stream: Admin, Data streams, Measurement Protocol API secrets. */
  apiSecret: string;
  /** `G-…` of a web stream; or `firebaseAppId`. */
  measurementId?: string | undefined;
  /** Of an app's stream; events then carry `context.app_instance_id`. */
  firebaseAppId?: string | undefined;
  /** `eu` keeps collection within the EU. Default: Google's nearest. */
  region?: 'eu' | undefined;
  /** Sends to the validation server, which counts nothing. Default `false`. */
  validate?: boolean | undefined;
}

/** One request: GA4's time and client belong to the request, so each event goes alone. */
export interface Ga4Hit {
  client_id?: string | undefined;
  app_instance_id?: string | undefined;
  user_id?: string | undefined;
  /** Microseconds since 1970. */
  timestamp_micros: number;
  consent?: { ad_user_data?: string | undefined; ad_personalization?: string | undefined } | undefined;
  events: readonly { name: string; params: Readonly<Record<string, unknown>> }[];
}

const hour = 3_600_000;

/** GA4 Measurement Protocol (developers.google.com/analytics/devguides/collection/protocol/ga4). */
export const ga4: Destination<Ga4Settings, Ga4Hit> = {
  type: 'ga4',
  title: 'Google Analytics 4',
  api: { version: 'mp' },
  settings: {
    apiSecret: { kind: 'secret', required: true, hint: 'Measurement Protocol API secret of the data stream' },
    measurementId: { kind: 'text', matches: /^G-[A-Z0-9]+$/, hint: 'G-… of the web stream' },
    firebaseAppId: { kind: 'text', hint: 'id of the app, in place of measurementId' },
    region: { kind: 'text', oneOf: ['eu'], hint: 'eu keeps collection within the EU' },
    validate: { kind: 'flag', hint: 'sends to the validation server, which counts nothing' },
  },
  problem: ({ measurementId, firebaseAppId }) =>
    measurementId || firebaseAppId ? undefined : '`measurementId` or `firebaseAppId` is missing',
  limits: { perRequest: 1, bytesPerRequest: 130_000, maxAgeMs: 72 * hour, maxFutureMs: hour / 4 },
  consent: ['analytics'],
  deduplicates: 'transaction_id of a purchase; nothing else, so everything else is sent at most once',
  keeps: () =>
    'the user with all events: delete the user in Google Analytics (User Explorer, or its User Deletion API)',
  events: 'all',
  isRepeatable: ({ events }) => events[0]?.name === 'purchase',
  map: mapToGa4,
  request([hit], settings) {
    const { apiSecret, measurementId, firebaseAppId, region, validate } = settings;
    const base =
      region === 'eu' ? 'https://region1.google-analytics.com' : 'https://www.google-analytics.com';
    const query = new URLSearchParams({
      api_secret: apiSecret,
      ...(firebaseAppId ? { firebase_app_id: firebaseAppId } : { measurement_id: measurementId ?? '' }),
    });
    const path = validate ? '/debug/mp/collect' : '/mp/collect';
    return {
      method: 'POST',
      url: `${settings.endpoint ?? base}${path}?${query.toString()}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...hit, ...(validate && { validation_behavior: 'ENFORCE_RECOMMENDATIONS' }) }),
    };
  },
  read: readGa4,
};

const reserved = new Set(
  (
    'ad_activeview,ad_click,ad_exposure,ad_query,ad_reward,adunit_exposure,app_clear_data,app_exception,app_install,' +
    'app_remove,app_store_refund,app_update,app_upgrade,dynamic_link_app_open,dynamic_link_app_update,' +
    'dynamic_link_first_open,error,firebase_campaign,firebase_in_app_message_action,' +
    'firebase_in_app_message_dismiss,firebase_in_app_message_impression,first_open,first_visit,in_app_purchase,' +
    'notification_dismiss,notification_foreground,notification_open,notification_receive,notification_send,os_update,' +
    'session_start,session_start_with_rollout,user_engagement'
  ).split(','),
);
const reservedPrefix = /^(google_|ga_|firebase_|_)/;
const nameShape = /^[a-z]\w{0,39}$/i;
const maxParams = 25;
const maxValue = 100;
const maxItems = 200;
/** Longer texts are documented for these alone. */
const longer: Readonly<Record<string, number>> = {
  page_location: 1_000,
  page_referrer: 420,
  page_title: 300,
};
const renamed: Readonly<Record<string, string>> = { order_id: 'transaction_id', page_url: 'page_location' };
const usual: Readonly<Record<string, string>> = { complete_onboarding: 'tutorial_complete' };

function mapToGa4(event: OutgoingEvent, person: Person, settings: Ga4Settings): Mapped<Ga4Hit> {
  const name = event.name === event.event ? (usual[event.event] ?? event.name) : event.name;
  if (reserved.has(name) || reservedPrefix.test(name) || !nameShape.test(name))
    return refuse('reserved_name', ['event']);
  const who = settings.firebaseAppId ? appOf(event) : clientOf(person);
  if (!who)
    return refuse('no_match_keys', [
      settings.firebaseAppId ? 'context.app_instance_id' : 'context.ga.client_id',
    ]);
  const { properties, context } = event;
  if (
    name === 'purchase' &&
    typeof properties['order_id'] !== 'string' &&
    typeof properties['order_id'] !== 'number'
  )
    return refuse('missing_required', ['properties.order_id']);
  const items = properties['items'];
  if (Array.isArray(items) && items.length > maxItems)
    return refuse('too_large', ['properties.items'], `GA4 takes ${maxItems} items`);
  const { ad_user_data, ad_personalization, gpc } = person.consent;
  const word = (choice: string): string | undefined =>
    choice === 'unknown' ? undefined : choice === 'granted' ? 'GRANTED' : 'DENIED';
  const consent = without({
    ad_user_data: gpc && ad_user_data !== 'granted' ? 'DENIED' : word(ad_user_data),
    ad_personalization: gpc ? 'DENIED' : word(ad_personalization),
  });
  const page = {
    page_location: context.page?.url,
    page_referrer: context.page?.referrer,
    page_title: context.page?.title,
  };
  return {
    payload: {
      ...who,
      ...(person.user_id && { user_id: person.user_id.slice(0, 256) }),
      timestamp_micros: event.at * 1_000,
      ...(Object.keys(consent).length > 0 && { consent }),
      events: [
        {
          name,
          params: paramsOf({ ...without(page), ...properties }, person.ga.session_id),
        },
      ],
    },
  };
}

const clientOf = ({ ga }: Person): Pick<Ga4Hit, 'client_id'> | undefined =>
  ga.client_id ? { client_id: ga.client_id } : undefined;

function appOf({ context }: OutgoingEvent): Pick<Ga4Hit, 'app_instance_id'> | undefined {
  const { app_instance_id: id } = context as { app_instance_id?: unknown };
  return typeof id === 'string' && id ? { app_instance_id: id } : undefined;
}

function paramsOf(properties: JsonObject, session_id: string | undefined): Record<string, unknown> {
  const ours = { engagement_time_msec: 1, ...(session_id && { session_id }) };
  const params: Record<string, unknown> = {};
  const room = maxParams - Object.keys(ours).length;
  for (const [from, value] of Object.entries(without(properties))) {
    const name = renamed[from] ?? from;
    // Hashes of people have no place in GA4: its terms forbid what identifies a person.
    if (!nameShape.test(name) || reservedPrefix.test(name) || name.endsWith('_sha256')) continue;
    const read = name === 'items' ? itemsFor(value) : scalar(value, longer[name] ?? maxValue);
    if (read !== undefined && Object.keys(params).length < room) params[name] = read;
  }
  return { ...params, ...ours };
}

function scalar(value: unknown, longest: number): string | number | undefined {
  if (typeof value === 'string') return Array.from(value).slice(0, longest).join('');
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'boolean' ? Number(value) : undefined;
}

function itemsFor(value: unknown): unknown {
  if (!Array.isArray(value)) return undefined;
  const items = value.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const fields = Object.entries(without(item)).map(([name, field]) => [name, scalar(field, maxValue)]);
    const kept = Object.fromEntries(fields.filter(([, field]) => field !== undefined)) as Record<
      string,
      unknown
    >;
    return 'item_id' in kept || 'item_name' in kept ? [kept] : [];
  });
  return items.length > 0 ? items : undefined;
}

/** Any 2xx: GA4 says the same to what it throws away. The validation server names what is wrong. */
function readGa4(answer: DestinationAnswer): Reading {
  const isTaken = answer.status >= 200 && answer.status < 300;
  // GA4 writes nothing, the validation server JSON: a page comes from somebody between.
  if (!isTaken || (answer.body.trim() !== '' && !jsonOf(answer))) return { all: byStatus(answer) };
  const problem = /"description"\s*:\s*"([^"]{1,200})/.exec(answer.body)?.[1];
  return { all: problem ? { class: 'reject', detail: problem } : { class: 'ok' } };
}

import type { Destination, DestinationAnswer, Outcome, OutgoingEvent, Reading } from './destination.ts';
import { itemsOf, without } from './items.ts';
import { moneyOf } from './money.ts';
import { hashesOf, textOf, type Person } from './person.ts';
import { byStatus, jsonOf, redact } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';
import type { CommonSettings } from './settings.ts';
import { sha256 } from './sha256.ts';

export interface TikTokSettings extends CommonSettings<TikTokEvent> {
  /** Id of the pixel, from Events Manager. */
  pixel: string;
  /** Access token made for the pixel. */
  token: string;
  /** Shows events in Test Events. */
  testEventCode?: string | undefined;
}

export interface TikTokEvent {
  event: string;
  event_id: string;
  /** Seconds since 1970. */
  event_time: number;
  user: Readonly<Record<string, unknown>>;
  properties?: Readonly<Record<string, unknown>> | undefined;
  page?: { url?: string | undefined; referrer?: string | undefined } | undefined;
  limited_data_use?: boolean | undefined;
}

const week = 7 * 86_400_000;

/** TikTok Events API 2.0 (business-api.tiktok.com). */
export const tiktok: Destination<TikTokSettings, TikTokEvent> = {
  type: 'tiktok',
  title: 'TikTok Events API',
  api: { version: 'v1.3' },
  settings: {
    pixel: { kind: 'text', required: true, hint: 'id of the pixel, from Events Manager' },
    token: { kind: 'secret', required: true, hint: 'access token made for the pixel' },
    testEventCode: { kind: 'text', hint: 'code of Test Events' },
  },
  limits: { perRequest: 1_000, maxAgeMs: week },
  consent: ['ad_user_data'],
  deduplicates: 'event_id and event, 48 hours, in one pixel',
  keeps: () => 'the events that were sent: the Events API has no call that deletes one',
  events: {
    view_item: 'ViewContent',
    search: 'Search',
    add_to_wishlist: 'AddToWishlist',
    add_to_cart: 'AddToCart',
    begin_checkout: 'InitiateCheckout',
    add_payment_info: 'AddPaymentInfo',
    purchase: 'Purchase',
    sign_up: 'CompleteRegistration',
    start_trial: 'StartTrial',
    convert_trial: 'Subscribe',
    subscribe: 'Subscribe',
    generate_lead: 'Lead',
    request_quote: 'Lead',
    request_demo: 'Schedule',
    schedule: 'Schedule',
    contact: 'Contact',
    submit_application: 'SubmitApplication',
    application_approved: 'ApplicationApproval',
    download: 'Download',
    find_location: 'FindLocation',
    customize_product: 'CustomizeProduct',
  },
  isHashSlot: (key) => hashed.has(key),
  map: mapToTikTok,
  request(
    payloads,
    { pixel, token, testEventCode, version = 'v1.3', endpoint = 'https://business-api.tiktok.com' },
  ) {
    return {
      method: 'POST',
      url: `${endpoint}/open_api/${version}/event/track/`,
      headers: { 'content-type': 'application/json', 'access-token': token },
      body: JSON.stringify({
        event_source: 'web',
        event_source_id: pixel,
        ...(testEventCode && { test_event_code: testEventCode }),
        data: payloads,
      }),
    };
  },
  read: readTikTok,
};

const hashed = new Set(['email', 'phone', 'external_id', 'first_name', 'last_name']);

function mapToTikTok(event: OutgoingEvent, person: Person): Mapped<TikTokEvent> {
  const { properties, context } = event;
  const { ttclid } = person.click_ids;
  const user = without({
    email: hashesOf(person.traits, 'email_sha256'),
    phone: hashesOf(person.traits, 'phone_sha256'),
    external_id: person.user_id ? [sha256(person.user_id.trim())] : [],
    first_name: nameOf(person, 'first_name'),
    last_name: nameOf(person, 'last_name'),
    ttclid,
    ttp: textOf(person.traits, 'ttp'),
    ip: person.ip,
    user_agent: person.user_agent,
    locale: person.locale,
  });
  const isMatchable = ['email', 'phone', 'external_id', 'ttclid', 'ttp'].some((key) => key in user);
  if (!isMatchable && !(person.ip && person.user_agent)) return refuse('no_match_keys');
  const term = properties['search_term'];
  if (term !== undefined && term !== null && typeof term !== 'string')
    return refuse('invalid_value', ['properties.search_term'], 'must be text');
  const contents = itemsOf(properties).map(({ id, name, price, quantity, brand, category }) =>
    without({ content_id: id, content_name: name, price, quantity, brand, content_category: category }),
  );
  const order = properties['order_id'];
  const made = without({
    ...moneyOf(properties),
    contents,
    content_type: contents.length > 0 ? 'product' : undefined,
    order_id: typeof order === 'string' || typeof order === 'number' ? String(order) : undefined,
    query: term,
  });
  const page = without({ url: context.page?.url, referrer: context.page?.referrer });
  return {
    payload: {
      event: event.name,
      event_id: event.event_id,
      event_time: Math.floor(event.at / 1_000),
      user,
      ...(Object.keys(made).length > 0 && { properties: made }),
      ...(Object.keys(page).length > 0 && { page }),
      ...(person.consent.gpc && { limited_data_use: true }),
    },
  };
}

/** TikTok keeps punctuation where the usual hash has none, so a name in clear makes the better hash. */
function nameOf({ traits }: Person, name: 'first_name' | 'last_name'): string | undefined {
  const clear = textOf(traits, name);
  return clear ? sha256(clear.normalize('NFC').toLowerCase()) : hashesOf(traits, `${name}_sha256`)[0];
}

function readTikTok(answer: DestinationAnswer): Reading {
  const body = jsonOf(answer);
  if (!body || typeof body['code'] !== 'number') return { all: byStatus(answer) };
  const { code, message, request_id } = body;
  const ref = typeof request_id === 'string' ? { ref: request_id } : {};
  if (code === 0) return { all: { class: 'ok', ...ref } };
  const detail = `TikTok ${code}: ${redact(typeof message === 'string' ? message : 'without a reason')}`;
  // Some records of the batch were refused; which, it does not say in a form that can be relied on.
  return { all: { ...classOf(code, answer), detail, ...ref } };
}

function classOf(code: number, answer: DestinationAnswer): Outcome {
  if (code === 40100 || code === 40133) return { class: 'throttle', afterMs: 60_000 };
  if (code === 40002 || code === 20001) return { class: 'reject' };
  // A token that lasts cannot be renewed: all of 401xx need a human.
  if (code === 40001 || (code >= 40101 && code <= 40199)) return { class: 'auth_broken' };
  if (code >= 50_000 || answer.status >= 500) return { class: 'retry' };
  return { class: 'config' };
}

import type { Destination, DestinationAnswer, Outcome, OutgoingEvent, Reading } from './destination.ts';
import { itemsOf, without } from './items.ts';
import { hasMatchKeys, metaUserData, type MetaUserData } from './meta-user-data.ts';
import { moneyOf } from './money.ts';
import type { Person } from './person.ts';
import { byStatus, jsonOf, textOfAnswer } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';
import type { CommonSettings } from './settings.ts';

export interface MetaSettings extends CommonSettings<MetaEvent> {
  /** Id of the dataset (the pixel), from Events Manager. */
  dataset: string;
  /** Access token of a system user with the dataset assigned. */
  token: string;
  /** Shows events in Test Events. They still count: Meta has no sandbox. */
  testEventCode?: string | undefined;
  /** Where events happen whose context says nothing. Default: `website` with a page's address and user agent, else `system_generated`. */
  actionSource?: string | undefined;
  /** Limited data use for people whose browser sends GPC: Meta finds the place itself with `0` and `0`. */
  limitedDataUse?: { country: number; state: number } | undefined;
  /** Your CRM's name; makes lead stages CRM events. */
  crm?: string | undefined;
}

/** One element of `data`. */
export interface MetaEvent {
  event_name: string;
  /** Seconds since 1970. */
  event_time: number;
  event_id: string;
  action_source: string;
  event_source_url?: string | undefined;
  user_data: MetaUserData;
  custom_data?: Readonly<Record<string, unknown>> | undefined;
  data_processing_options?: readonly string[] | undefined;
  data_processing_options_country?: number | undefined;
  data_processing_options_state?: number | undefined;
}

const day = 86_400_000;
const base = 'https://graph.facebook.com';

/** Meta Conversions API (developers.facebook.com/docs/marketing-api/conversions-api). */
export const meta: Destination<MetaSettings, MetaEvent> = {
  type: 'meta',
  title: 'Meta Conversions API',
  api: { version: 'v26.0' },
  settings: {
    dataset: {
      kind: 'text',
      required: true,
      matches: /^\d+$/,
      hint: 'id of the dataset, from Events Manager',
    },
    token: { kind: 'secret', required: true, hint: 'access token of a system user' },
    testEventCode: { kind: 'text', hint: 'code of Test Events; such events still count' },
    actionSource: { kind: 'text', hint: 'where events happen whose context says nothing' },
    limitedDataUse: { kind: 'record', hint: 'country and state for people whose browser sends GPC' },
    crm: { kind: 'text', hint: "your CRM's name; makes lead stages CRM events" },
  },
  limits: {
    perRequest: 1_000,
    maxAgeMs: ({ context }) => (context.action_source === 'physical_store' ? 62 : 7) * day,
  },
  consent: ['ad_user_data'],
  deduplicates: 'event_id and event_name, 48 hours, in one dataset',
  events: {
    page_view: 'PageView',
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
    renew_subscription: 'renew_subscription',
    upgrade_plan: 'upgrade_plan',
    generate_lead: 'Lead',
    qualify_lead: 'qualify_lead',
    working_lead: 'working_lead',
    close_convert_lead: 'close_convert_lead',
    request_quote: 'Lead',
    request_demo: 'Schedule',
    schedule: 'Schedule',
    contact: 'Contact',
    submit_application: 'SubmitApplication',
    application_approved: 'application_approved',
    download: 'download',
    complete_onboarding: 'complete_onboarding',
    invite: 'invite',
    donate: 'Donate',
    find_location: 'FindLocation',
    customize_product: 'CustomizeProduct',
  },
  isHashSlot: (key) => hashed.has(key),
  map: mapToMeta,
  request(payloads, { dataset, token, testEventCode, version = 'v26.0', endpoint = base }) {
    return {
      method: 'POST',
      url: `${endpoint}/${version}/${dataset}/events`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        data: payloads,
        partner_agent: 'tracklayer',
        ...(testEventCode && { test_event_code: testEventCode }),
      }),
    };
  },
  read: readMeta,
};

const hashed = new Set(['em', 'ph', 'fn', 'ln', 'ct', 'st', 'zp', 'country', 'db', 'ge', 'external_id']);
const crmStages = new Set([
  'qualify_lead',
  'disqualify_lead',
  'working_lead',
  'close_convert_lead',
  'close_unconvert_lead',
]);

function mapToMeta(event: OutgoingEvent, person: Person, settings: MetaSettings): Mapped<MetaEvent> {
  const { properties, context } = event;
  const url =
    context.page?.url ?? (typeof properties['page_url'] === 'string' ? properties['page_url'] : undefined);
  const isStage = crmStages.has(event.event);
  const usual = url && person.user_agent && !isStage ? 'website' : 'system_generated';
  const action_source = context.action_source ?? settings.actionSource ?? usual;
  if (action_source === 'website') {
    const missing = [
      ...(url ? [] : ['context.page.url']),
      ...(person.user_agent ? [] : ['context.user_agent']),
    ];
    if (missing.length > 0) return refuse('missing_required', missing);
  }
  const money = moneyOf(properties);
  if (event.name === 'Purchase' && !money)
    return refuse(
      'missing_required',
      properties['currency'] ? ['properties.value'] : ['properties.value', 'properties.currency'],
    );
  const wrong = texts.filter(({ from }) => isWrongText(properties[from]));
  if (wrong.length > 0)
    return refuse(
      'invalid_value',
      wrong.map(({ from }) => `properties.${from}`),
      'must be text',
    );
  const user_data = metaUserData(person, properties);
  if (!hasMatchKeys(user_data)) return refuse('no_match_keys');
  const { country = 0, state = 0 } = settings.limitedDataUse ?? {};
  const custom_data = customData(event, isStage ? settings.crm : undefined);
  return {
    payload: {
      event_name: event.name,
      event_time: Math.floor(event.at / 1_000),
      event_id: event.event_id,
      action_source,
      ...(url && { event_source_url: url }),
      user_data,
      ...(Object.keys(custom_data).length > 0 && { custom_data }),
      ...(person.consent.gpc && {
        data_processing_options: ['LDU'],
        data_processing_options_country: country,
        data_processing_options_state: state,
      }),
    },
  };
}

/** Texts that `custom_data` may hold, and what they are called there. Nothing else is copied into it. */
const texts = [
  { from: 'content_name', to: 'content_name' },
  { from: 'content_category', to: 'content_category' },
  { from: 'search_term', to: 'search_string' },
] as const;
const isWrongText = (value: unknown): boolean =>
  value !== undefined && value !== null && typeof value !== 'string';

function customData({ properties, event }: OutgoingEvent, crm: string | undefined): Record<string, unknown> {
  const contents = itemsOf(properties)
    .filter(({ id }) => id !== undefined)
    .map(({ id, quantity, price }) => without({ id, quantity, item_price: price }));
  const amounts = ['predicted_ltv', 'net_revenue', 'num_items'].map((name) => {
    const value = properties[name];
    return [name, typeof value === 'number' && Number.isFinite(value) ? value : undefined];
  });
  const order = properties['order_id'];
  return without({
    ...moneyOf(properties),
    order_id: typeof order === 'string' || typeof order === 'number' ? String(order) : undefined,
    contents,
    content_type: contents.length > 0 ? 'product' : undefined,
    ...Object.fromEntries(texts.map(({ from, to }) => [to, properties[from]])),
    ...Object.fromEntries(amounts),
    ...(crm !== undefined && crmStages.has(event) && { event_source: 'crm', lead_event_source: crm }),
  });
}

const retried = new Set([1, 2, 341, 368, 5000]);
const throttled = new Set([4, 17, 613, 80000, 80003, 80004, 80014]);
const broken = new Set([102, 190, 200, 294]);
// 2635: the API version is over.
const settled = new Set([2635, 2655, 1487366, 1713230]);
const blockedMs = 15 * 60_000;

function readMeta(answer: DestinationAnswer, payloads: readonly MetaEvent[]): Reading {
  const body = jsonOf(answer);
  const ref = typeof body?.['fbtrace_id'] === 'string' ? body['fbtrace_id'] : undefined;
  if (answer.status === 200 && body) {
    const { events_received: received } = body;
    if (received === payloads.length) return { all: { class: 'ok', ref } };
    if (typeof received === 'number' && received > 0) {
      // It does not say which: the whole goes again, and its dedup takes out those it has.
      return { all: { class: 'retry', ref, detail: `Meta received ${received} of ${payloads.length}` } };
    }
  }
  const error = body?.['error'];
  if (typeof error !== 'object' || error === null) return { all: byStatus(answer) };
  const { code, error_subcode, is_transient, fbtrace_id } = error as Readonly<Record<string, unknown>>;
  return {
    all: {
      ...classOf(Number(code), Number(error_subcode), is_transient === true, answer),
      detail: textOfAnswer(answer),
      ...(typeof fbtrace_id === 'string' && { ref: fbtrace_id }),
    },
  };
}

function classOf(code: number, subcode: number, isTransient: boolean, answer: DestinationAnswer): Outcome {
  if (throttled.has(code)) return { class: 'throttle', afterMs: 60_000 };
  if (code === 368) return { class: 'retry', afterMs: blockedMs };
  if (retried.has(code) || isTransient || answer.status >= 500) return { class: 'retry' };
  if (broken.has(code)) return { class: 'auth_broken' };
  // 100 with 33: the dataset does not exist, or this token may not see it.
  if (settled.has(code) || (code === 100 && subcode === 33)) return { class: 'config' };
  if (code === 100 || code === 2650) return { class: 'reject' };
  return byStatus(answer);
}

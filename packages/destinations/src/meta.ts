import type { Destination, DestinationAnswer, OutgoingEvent, Reading } from './destination.ts';
import { itemsOf, without } from './items.ts';
import type { MetaEvent, MetaSettings } from './meta-event.ts';
import { metaAudience } from './meta-audience.ts';
import { metaOutcome } from './meta-outcome.ts';
import { hasMatchKeys, metaUserData } from './meta-user-data.ts';
import { moneyOf } from './money.ts';
import type { Person } from './person.ts';
import { jsonOf } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';

export type { MetaEvent, MetaSettings };

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
  keeps: () => 'the events that were sent: the Conversions API has no call that deletes one',
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
  audience: metaAudience,
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
  return { all: metaOutcome(answer) };
}

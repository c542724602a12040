import type { Json } from '../event/event.ts';
import type { HashFields } from '../event/sha256.ts';

/** What a property holds, by name: a property means the same in every event. */
export const propertyTypes = {
  order_id: 'id',
  refund_id: 'id',
  checkout_id: 'id',
  lead_id: 'id',
  subscription_id: 'id',
  application_id: 'id',
  donation_id: 'id',
  group_id: 'id',
  item_id: 'id',
  item_list_id: 'id',
  content_id: 'id',
  promotion_id: 'id',
  plan: 'text',
  period_start: 'text',
  pipeline_stage: 'text',
  reason: 'text',
  method: 'text',
  search_term: 'text',
  page_url: 'text',
  coupon: 'text',
  payment_type: 'text',
  shipping_tier: 'text',
  value: 'amount',
  tax: 'amount',
  shipping: 'amount',
  currency: 'currency',
  items: 'items',
} as const;

/** One product of `items`, in GA4's shape: `item_id` or `item_name`, prices in major units. */
export interface Item {
  item_id?: string | undefined;
  item_name?: string | undefined;
  price?: number | undefined;
  quantity?: number | undefined;
  item_brand?: string | undefined;
  item_category?: string | undefined;
  item_variant?: string | undefined;
  coupon?: string | undefined;
  index?: number | undefined;
  [key: string]: Json | undefined;
}

/** What a type of property is in TypeScript. */
export interface PropertyTypeMap {
  /** A string of 1–255 bytes, or a safe integer. */
  id: string | number;
  text: string;
  /** A finite number in major units of `currency`: `129.95`, not cents. */
  amount: number;
  /** ISO 4217, upper case. */
  currency: string;
  items: readonly Item[];
}

/**
 * One row of the vocabulary. `required`: properties it cannot do without. `key`: the business key that makes the
 * event_id (docs/wire.md §8), alternatives by `|`, parts by `.`; an empty last alternative means "or none"; no `key`
 * at all means the event has none and gets a UUIDv7. `priority`: default `2` with a key, else `1`.
 */
export interface EventRow {
  required?: readonly string[];
  key?: string;
  priority?: Priority | undefined;
}

/**
 * What goes first when a page that is left can not send everything: `3` money, `2` people and leads, `1` steps on the
 * way, `0` mere views.
 */
export type Priority = 0 | 1 | 2 | 3;

const money = ['value', 'currency'] as const;
const cart = ['value', 'currency', 'items'] as const;

/** The vocabulary: GA4's recommended names, and the events that Meta, LinkedIn and TikTok know beyond them. */
export const canonicalEvents = {
  page_view: { required: ['page_url'], priority: 0 },
  view_item: { required: ['items'], priority: 0 },
  view_item_list: { required: ['items', 'item_list_id'], priority: 0 },
  select_item: { required: ['items'], priority: 0 },
  view_promotion: { required: ['promotion_id'], priority: 0 },
  select_promotion: { required: ['promotion_id'], priority: 0 },
  search: { required: ['search_term'], priority: 0 },
  add_to_wishlist: { required: ['items'] },
  add_to_cart: { required: cart },
  remove_from_cart: { required: cart },
  view_cart: { required: cart },
  begin_checkout: { required: cart, key: 'checkout_id|' },
  add_shipping_info: { required: cart, key: 'checkout_id|' },
  add_payment_info: { required: money, key: 'checkout_id|' },
  purchase: { required: ['order_id', 'value', 'currency'], key: 'order_id', priority: 3 },
  refund: { required: ['order_id', 'refund_id'], key: 'refund_id', priority: 3 },
  sign_up: { key: 'user_id|anonymous_id' },
  login: {},
  start_trial: { required: ['plan'], key: 'subscription_id|user_id.plan' },
  convert_trial: {
    required: ['plan', 'value', 'currency'],
    key: 'subscription_id|user_id.plan',
    priority: 3,
  },
  subscribe: { required: ['plan', 'value', 'currency'], key: 'subscription_id|user_id.plan', priority: 3 },
  renew_subscription: {
    required: ['subscription_id', 'period_start', 'value', 'currency'],
    key: 'subscription_id.period_start',
    priority: 3,
  },
  upgrade_plan: {
    required: ['subscription_id', 'plan', 'value', 'currency'],
    key: 'subscription_id.plan',
    priority: 3,
  },
  cancel_subscription: { key: 'subscription_id|user_id.plan' },
  generate_lead: { key: 'lead_id|' },
  qualify_lead: {
    required: ['lead_id', 'pipeline_stage'],
    key: 'lead_id.pipeline_stage|lead_id',
  },
  disqualify_lead: { required: ['lead_id', 'reason'], key: 'lead_id.pipeline_stage|lead_id' },
  working_lead: { required: ['lead_id'], key: 'lead_id.pipeline_stage|lead_id' },
  close_convert_lead: { required: ['lead_id', 'value', 'currency'], key: 'lead_id', priority: 3 },
  close_unconvert_lead: { required: ['lead_id', 'reason'], key: 'lead_id' },
  request_quote: { key: 'lead_id|' },
  request_demo: { key: 'lead_id|' },
  schedule: {},
  contact: {},
  submit_application: { required: ['application_id'], key: 'application_id' },
  application_approved: { required: ['application_id'], key: 'application_id' },
  download: { required: ['content_id'] },
  complete_onboarding: { key: 'user_id|anonymous_id' },
  invite: {},
  join_group: { required: ['group_id'], key: 'user_id.group_id' },
  share: { required: ['item_id'] },
  donate: { required: money, key: 'donation_id|order_id', priority: 3 },
  find_location: {},
  customize_product: { required: ['items'] },
} as const satisfies Record<string, EventRow>;

type Vocabulary = typeof canonicalEvents;
type PropertyTypes = typeof propertyTypes;

/** What a property of the vocabulary holds. */
export type PropertyType = PropertyTypes[keyof PropertyTypes];

/** A name of the built-in vocabulary. */
export type EventName = keyof Vocabulary;

/** Names of the properties that an event requires. */
export type RequiredOf<Name extends EventName> = Vocabulary[Name] extends { required: readonly (infer Key)[] }
  ? Key & keyof PropertyTypes
  : never;

/** Properties by their type in the vocabulary. */
export type Typed<Key extends keyof PropertyTypes> = { [Name in Key]: PropertyTypeMap[PropertyTypes[Name]] };

type AnyKnown = { [Key in keyof PropertyTypes]?: PropertyTypeMap[PropertyTypes[Key]] | undefined };

/** Every property of the vocabulary by its type, and hashes: what any event may hold. */
export interface KnownProperties extends AnyKnown, HashFields {}

/** Properties that nobody named, which travel as they are. */
export interface FurtherProperties {
  [key: string]: Json | undefined;
}

/** The properties of an event: the required ones, every known one by its type, and further JSON. */
export type PropertiesOf<Name extends EventName> = Typed<RequiredOf<Name>> &
  KnownProperties &
  FurtherProperties;

import type { Json } from '../event/event.ts';
import type { HashFields } from '../event/sha256.ts';
import type { PropertyTypeMap } from './property-types.ts';

/** What a property holds, by name: a property means the same in every event. */
export const propertyTypes = {
  /** The shop's own number of the order: the same in page, backend and CRM. */
  order_id: 'id',
  /** Of this one refund: an order can have several. */
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
  /** When the period that was paid begins, as in `2026-12-01`; written the same everywhere, since it makes the event_id. */
  period_start: 'text',
  /** Where the lead stands now: `mql`, `sql`. */
  pipeline_stage: 'text',
  reason: 'text',
  method: 'text',
  search_term: 'text',
  page_url: 'text',
  coupon: 'text',
  payment_type: 'text',
  shipping_tier: 'text',
  /** In major units of `currency`: `129.95`, not cents (docs/wire.md W-2). */
  value: 'amount',
  /** In major units of `currency`. */
  tax: 'amount',
  /** In major units of `currency`. */
  shipping: 'amount',
  /** ISO 4217 in upper case: `EUR`. */
  currency: 'currency',
  /** In GA4's shape: `item_id` or `item_name`, `price`, `quantity`. */
  items: 'items',
} as const;

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
 * What goes first when a page that is left cannot send everything: `3` money, `2` people and leads, `1` steps on the
 * way, `0` mere views.
 */
export type Priority = 0 | 1 | 2 | 3;

const money = ['value', 'currency'] as const;
const cart = ['value', 'currency', 'items'] as const;

/**
 * The vocabulary: GA4's recommended names, and the events that Meta, LinkedIn and TikTok know beyond them. Each says what
 * it is at destinations: "custom" is its own name, and where it is not sent unless asked for is left out.
 */
export const canonicalEvents = {
  /** A page was shown. Meta: PageView · GA4: page_view · LinkedIn: KEY_PAGE_VIEW · Segment: page() */
  page_view: { required: ['page_url'], priority: 0 },
  /**
   * A product page was shown. Meta: ViewContent · GA4: view_item · LinkedIn: VIEW_CONTENT · TikTok:
   * ViewContent · Segment: Product Viewed
   */
  view_item: { required: ['items'], priority: 0 },
  /** A list of products was shown. GA4: view_item_list · Segment: Product List Viewed */
  view_item_list: { required: ['items', 'item_list_id'], priority: 0 },
  /** A product was chosen from a list. GA4: select_item · Segment: Product Clicked */
  select_item: { required: ['items'], priority: 0 },
  /** A promotion was shown. GA4: view_promotion · Segment: Promotion Viewed */
  view_promotion: { required: ['promotion_id'], priority: 0 },
  /** A promotion was clicked. GA4: select_promotion · Segment: Promotion Clicked */
  select_promotion: { required: ['promotion_id'], priority: 0 },
  /**
   * The site was searched. Meta: Search · GA4: search · LinkedIn: SEARCH · TikTok: Search · Segment: Products
   * Searched
   */
  search: { required: ['search_term'], priority: 0 },
  /**
   * Products were put on a wish list. Meta: AddToWishlist · GA4: add_to_wishlist · LinkedIn: ADD_TO_LIST ·
   * TikTok: AddToWishlist · Segment: Product Added to Wishlist
   */
  add_to_wishlist: { required: ['items'] },
  /**
   * Products were put into the cart. Meta: AddToCart · GA4: add_to_cart · LinkedIn: ADD_TO_CART · TikTok:
   * AddToCart · Segment: Product Added
   */
  add_to_cart: { required: cart },
  /** Products were taken out of the cart. GA4: remove_from_cart · Segment: Product Removed */
  remove_from_cart: { required: cart },
  /** The cart was shown. GA4: view_cart · Segment: Cart Viewed */
  view_cart: { required: cart },
  /**
   * The checkout was begun. Meta: InitiateCheckout · GA4: begin_checkout · LinkedIn: START_CHECKOUT · TikTok:
   * InitiateCheckout · Segment: Checkout Started
   */
  begin_checkout: { required: cart, key: 'checkout_id|' },
  /** The way of shipping was given. GA4: add_shipping_info · Segment: Checkout Step Completed */
  add_shipping_info: { required: cart, key: 'checkout_id|' },
  /**
   * The way of payment was given. Meta: AddPaymentInfo · GA4: add_payment_info · LinkedIn: ADD_BILLING_INFO ·
   * TikTok: AddPaymentInfo · Segment: Payment Info Entered
   */
  add_payment_info: { required: money, key: 'checkout_id|' },
  /**
   * An order was paid or placed. Meta: Purchase · GA4: purchase · LinkedIn: PURCHASE · TikTok: Purchase ·
   * Segment: Order Completed · CRM: stage customer / Opportunity won
   */
  purchase: { required: ['order_id', 'value', 'currency'], key: 'order_id', priority: 3 },
  /** An order, or a part of it, was paid back. GA4: refund · Segment: Order Refunded · CRM: note on deal */
  refund: { required: ['order_id', 'refund_id'], key: 'refund_id', priority: 3 },
  /**
   * An account was made. Meta: CompleteRegistration · GA4: sign_up · LinkedIn: SIGN_UP · TikTok:
   * CompleteRegistration · Segment: Signed Up · CRM: upsert contact
   */
  sign_up: { key: 'user_id|anonymous_id' },
  /** A known user came in. GA4: login · LinkedIn: LOGIN · Segment: Signed In */
  login: {},
  /**
   * A trial was begun. Meta: StartTrial · GA4: start_trial (custom) · LinkedIn: START_TRIAL · TikTok:
   * StartTrial · Segment: Trial Started · CRM: stage opportunity
   */
  start_trial: { required: ['plan'], key: 'subscription_id|user_id.plan' },
  /**
   * A trial became a paid subscription. Meta: Subscribe · GA4: convert_trial (custom) · LinkedIn: SUBSCRIBE ·
   * TikTok: Subscribe · CRM: stage customer
   */
  convert_trial: {
    required: ['plan', 'value', 'currency'],
    key: 'subscription_id|user_id.plan',
    priority: 3,
  },
  /**
   * A paid subscription was begun. Meta: Subscribe · GA4: subscribe (custom) · LinkedIn: SUBSCRIBE · TikTok:
   * Subscribe · CRM: stage customer
   */
  subscribe: { required: ['plan', 'value', 'currency'], key: 'subscription_id|user_id.plan', priority: 3 },
  /**
   * A subscription was paid for another period. Meta: custom · GA4: custom · LinkedIn: OTHER · CRM: property
   */
  renew_subscription: {
    required: ['subscription_id', 'period_start', 'value', 'currency'],
    key: 'subscription_id.period_start',
    priority: 3,
  },
  /** A subscription moved to a larger plan. Meta: custom · GA4: custom · LinkedIn: OTHER · CRM: property */
  upgrade_plan: {
    required: ['subscription_id', 'plan', 'value', 'currency'],
    key: 'subscription_id.plan',
    priority: 3,
  },
  /** A subscription was cancelled. GA4: custom · CRM: property, suppress audience */
  cancel_subscription: { key: 'subscription_id|user_id.plan' },
  /**
   * Somebody left their details. Meta: Lead · GA4: generate_lead · LinkedIn: LEAD · TikTok: Lead · Segment:
   * Lead Generated (custom) · CRM: create Lead
   */
  generate_lead: { key: 'lead_id|' },
  /**
   * A lead met the rules of marketing or sales. Meta: CRM stage (system_generated) · GA4: qualify_lead ·
   * LinkedIn: QUALIFIED_LEAD · CRM: stage MQL/SQL, Lead.Status
   */
  qualify_lead: {
    required: ['lead_id', 'pipeline_stage'],
    key: 'lead_id.pipeline_stage|lead_id',
  },
  /** A lead did not meet them. GA4: disqualify_lead · CRM: Lead.Status */
  disqualify_lead: { required: ['lead_id', 'reason'], key: 'lead_id.pipeline_stage|lead_id' },
  /** Sales is in touch with a lead. Meta: CRM stage · GA4: working_lead · CRM: Lead.Status */
  working_lead: { required: ['lead_id'], key: 'lead_id.pipeline_stage|lead_id' },
  /**
   * A lead became a customer. Meta: CRM stage / Purchase · GA4: close_convert_lead · LinkedIn: PURCHASE or
   * OTHER · CRM: won
   */
  close_convert_lead: { required: ['lead_id', 'value', 'currency'], key: 'lead_id', priority: 3 },
  /** A lead was lost. GA4: close_unconvert_lead · CRM: lost */
  close_unconvert_lead: { required: ['lead_id', 'reason'], key: 'lead_id' },
  /**
   * A quote was asked for. Meta: Lead · GA4: custom · LinkedIn: REQUEST_QUOTE · TikTok: Lead · CRM: create
   * Lead
   */
  request_quote: { key: 'lead_id|' },
  /**
   * A demo was asked for. Meta: Schedule · GA4: custom · LinkedIn: BOOK_APPOINTMENT · TikTok: Schedule · CRM:
   * create Lead
   */
  request_demo: { key: 'lead_id|' },
  /**
   * An appointment was made. Meta: Schedule · GA4: custom · LinkedIn: SCHEDULE · TikTok: Schedule · CRM:
   * meeting
   */
  schedule: {},
  /** Somebody got in touch. Meta: Contact · GA4: custom · LinkedIn: CONTACT · TikTok: Contact */
  contact: {},
  /**
   * An application was handed in. Meta: SubmitApplication · GA4: custom · LinkedIn: SUBMIT_APPLICATION ·
   * TikTok: SubmitApplication · CRM: create Lead
   */
  submit_application: { required: ['application_id'], key: 'application_id' },
  /**
   * An application was approved. Meta: custom · GA4: custom · LinkedIn: OTHER · TikTok: ApplicationApproval ·
   * CRM: stage
   */
  application_approved: { required: ['application_id'], key: 'application_id' },
  /** Something was downloaded. Meta: custom · GA4: custom · LinkedIn: DOWNLOAD · TikTok: Download */
  download: { required: ['content_id'] },
  /** The first steps are done. Meta: custom · GA4: tutorial_complete · LinkedIn: OTHER · CRM: property */
  complete_onboarding: { key: 'user_id|anonymous_id' },
  /** Somebody was invited. Meta: custom · GA4: custom · LinkedIn: INVITE · Segment: Invite Sent */
  invite: {},
  /** A user joined a group or a company. GA4: join_group · Segment: group() · CRM: company association */
  join_group: { required: ['group_id'], key: 'user_id.group_id' },
  /** Something was shared. GA4: share · LinkedIn: SHARE · Segment: Product Shared */
  share: { required: ['item_id'] },
  /** A donation was made. Meta: Donate · GA4: custom · LinkedIn: DONATE */
  donate: { required: money, key: 'donation_id|order_id', priority: 3 },
  /** A branch was looked for. Meta: FindLocation · GA4: custom · TikTok: FindLocation */
  find_location: {},
  /** A product was configured. Meta: CustomizeProduct · GA4: custom · TikTok: CustomizeProduct */
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

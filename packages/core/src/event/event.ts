import type { Problem } from './problem.ts';

/** Any JSON value. What is not JSON (a function, `undefined`, `NaN`) is refused or left out at capture. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** A JSON object, as in `properties` and `traits`. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export type ConsentChoice = 'granted' | 'denied';

/** What the person agreed to, at the time of the event. A purpose that is absent was not asked. */
export interface ConsentSnapshot {
  ad_user_data?: ConsentChoice | undefined;
  ad_personalization?: ConsentChoice | undefined;
  analytics?: ConsentChoice | undefined;
  /** The browser's Global Privacy Control signal. */
  gpc?: boolean | undefined;
}

/** Ids that ad platforms put on a landing page's URL or in their cookies. */
export interface ClickIds {
  gclid?: string | undefined;
  gbraid?: string | undefined;
  wbraid?: string | undefined;
  fbclid?: string | undefined;
  fbp?: string | undefined;
  fbc?: string | undefined;
  li_fat_id?: string | undefined;
  ttclid?: string | undefined;
}

/** Campaign parameters of the address that a visitor came by: `utm_source` is `source`, and so on. */
export interface Utm {
  source?: string | undefined;
  medium?: string | undefined;
  campaign?: string | undefined;
  term?: string | undefined;
  content?: string | undefined;
  id?: string | undefined;
}

/** Circumstances of an event (docs/wire.md W-10). Keys that are not named here travel as they are. */
export interface EventContext {
  page?: { url?: string | undefined; referrer?: string | undefined; title?: string | undefined } | undefined;
  user_agent?: string | undefined;
  ip?: string | undefined;
  locale?: string | undefined;
  click_ids?: ClickIds | undefined;
  utm?: Utm | undefined;
  ga?: { client_id?: string | undefined; session_id?: string | undefined } | undefined;
  heap?: { user_id?: string | undefined; session_id?: string | undefined } | undefined;
  library?: { name: string; version: string } | undefined;
  action_source?: string | undefined;
  /**
   * A controlled event: reports leave it out, and it goes to no destination. `live`: it goes on to destinations, where it
   * counts. What a page says of it is dropped by the first-party endpoint.
   */
  test?: true | 'live' | undefined;
  /** Set by the first-party endpoint on everything that a page sent; a page's own word is overwritten. */
  via?: string | undefined;
}

/** One canonical event as it travels (docs/wire.md W-10). */
export interface WireEvent {
  event: string;
  event_id: string;
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  account_id?: string | undefined;
  properties?: JsonObject | undefined;
  /** Which tool observed it: `heap`, `server`, … */
  source?: string | undefined;
  /** ISO-8601 UTC with milliseconds, on the caller's clock. */
  occurred_at?: string | undefined;
  context?: EventContext | undefined;
  consent?: ConsentSnapshot | undefined;
  sent_at?: string | undefined;
}

/** One identify as it travels (docs/wire.md W-16): at least one of the two ids. */
export interface WireIdentify {
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  account_id?: string | undefined;
  traits?: JsonObject | undefined;
  event_id?: string | undefined;
  occurred_at?: string | undefined;
  consent?: ConsentSnapshot | undefined;
  source?: string | undefined;
  context?: EventContext | undefined;
  sent_at?: string | undefined;
}

/** Which of the two requests a message belongs to: `POST /api/capture` or `POST /api/identify`. */
export type MessageKind = 'capture' | 'identify';

/** A server's word on one message (docs/wire.md W-11, W-12). */
export interface Verdict {
  event_id: string;
  status: 'accepted' | 'duplicate' | 'rejected' | 'retry';
  conflict?: boolean | undefined;
  code?: string | undefined;
  errors?: readonly Problem[] | undefined;
}

import type { JsonObject } from '@tracklayer/core';

/** What is known of the event before it is looked at. */
export interface Expectation {
  event: string;
  user_id: string;
  /** Those that are known, such as `order_id`. */
  properties: JsonObject;
  /** Properties that make the event's id. */
  key_properties: readonly string[];
  /** The id that the business key makes, for what was seen at the relay; nothing when the event has no key. */
  idOf(properties: JsonObject, user_id: string | undefined): string | undefined;
  /** Of a controlled event: when it was sent, ISO-8601. */
  occurred_at?: string | undefined;
  /** Of a controlled event: what the relay said to a repeat. */
  repeat?: string | undefined;
  /** Ids of other events with the same business id. */
  others: readonly string[];
  /** One destination; `none` for the way up to the relay. Default: all that the event went to. */
  destination?: string | undefined;
  /** Nothing of this user ever came. */
  isUserUnknown: boolean;
}

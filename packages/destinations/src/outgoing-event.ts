import type { EventContext, JsonObject } from '@tracklayer/core';

/** What a person must have granted before an event about them leaves for a destination. */
export type ConsentPurpose = 'ad_user_data' | 'ad_personalization' | 'analytics';

/** An event as `map` gets it: accepted, and offered to this destination. */
export interface OutgoingEvent {
  event: string;
  event_id: string;
  /** Its name there, by the settings or the destination's own table. */
  name: string;
  /** ISO-8601 in UTC. */
  occurred_at: string;
  /** The same in milliseconds since 1970. */
  at: number;
  properties: JsonObject;
  context: EventContext;
  account_id?: string | undefined;
  source?: string | undefined;
}

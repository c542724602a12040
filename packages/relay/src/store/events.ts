import type { JsonObject, Problem, WireEvent } from '@tracklayer/core';
import type { Arrival } from './arrival.ts';
import type { DeliveryRecord, PlannedDelivery } from './deliveries.ts';

/** Events, each `event_id` once per environment (docs/wire.md W-4). */
export interface EventStore {
  /** Writes one request's events. Resolves when they are on durable storage (W-36); all of them, or none. */
  capture(arrival: Arrival<ReceivedEvent>): Promise<readonly CaptureOutcome[]>;
  /** Returns one event with all that is known of it (W-30). */
  event(environment: string, event_id: string): Promise<EventRecord | undefined>;
  /** Returns events by their ids, in any order; unknown ids are left out. */
  eventsById(environment: string, event_ids: readonly string[]): Promise<readonly EventSummary[]>;
  /** Returns events, newest arrival first (W-31). */
  events(environment: string, query: EventQuery): Promise<EventPage>;
}

/** An event with `occurred_at` on our clock. */
export interface ReceivedEvent {
  event: WireEvent & { occurred_at: string };
  /** The properties that make its id: a copy that differs in one is a conflict (W-4). */
  key_properties: readonly string[];
  /** The time on the client's clock, where it differed (W-13). */
  client_occurred_at?: string | undefined;
  /** Where it goes, if this is the copy that is accepted; written in the same commit. */
  deliveries?: readonly PlannedDelivery[] | undefined;
}

export interface CaptureOutcome {
  status: 'accepted' | 'duplicate';
  /** Where the copy contradicts the first one, such as `properties.value` (W-4). Empty when it does not. */
  conflicts: readonly string[];
  /** The person of the event was erased, and nothing of this copy was taken in (W-38). */
  is_erased?: true;
}

/** A copy after the one that counts. */
export interface LaterCopy {
  source: string | null;
  received_at: string;
  conflicts: JsonObject;
}

/** Times are ISO-8601 in UTC. */
export interface EventSummary {
  /** The first accepted copy, with what later copies filled in; of a rejected event only its id and name. */
  event: Partial<WireEvent>;
  status: 'accepted' | 'rejected';
  received_at: string;
  client_occurred_at?: string | undefined;
  /** Copies received, the first included. */
  copies: number;
  /** Copies that contradicted the first one, and where they did. */
  conflicts: number;
  conflict_fields?: readonly string[] | undefined;
  /** The first ten after the one that counts: who sent each, and its own value where it contradicts. */
  later_copies?: readonly LaterCopy[] | undefined;
  /** Why it was rejected. */
  errors?: readonly Problem[] | undefined;
  /** When its person was erased: identities and context are gone, the id stays (W-38). */
  erased_at?: string | undefined;
}

export interface EventRecord extends EventSummary {
  identity: { user_id: string | null; anonymous_ids: readonly string[] };
  deliveries: readonly DeliveryRecord[];
}

export interface EventQuery {
  /** A `next_cursor`. Default: from the newest. */
  after?: string | undefined;
  limit: number;
  event?: string | undefined;
  user_id?: string | undefined;
  status?: 'accepted' | 'rejected' | undefined;
  /**
   * Events of one of these `event_ids`, those whose id begins with one and `_` or `.` (docs/wire.md W-6: the id of an order
   * begins that of its purchase), and those of the person with this `user_id`.
   */
  id?: { event_ids: readonly string[]; user_id: string } | undefined;
}

export interface EventPage {
  events: readonly EventSummary[];
  /** Opaque; `null` on the last page. */
  next_cursor: string | null;
}

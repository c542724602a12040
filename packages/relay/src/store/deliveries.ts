import type { JsonObject } from '@tracklayer/core';
import type { NewNotice } from './notice.ts';
import type { QueueChange, QueueState, SettleRequest, Taken, TakeRequest } from './queue.ts';

/**
 * What is still to be sent, one row for each event and destination, as a queue that many relays work on.
 *
 * A queue is one destination of one environment. To send, an engine leases a batch and settles it:
 *
 * ```ts
 * const lease = crypto.randomUUID();
 * const { rows, next_due_at } = await store.takeDeliveries({ queue, lease, now: Date.now(), limit: 500, permit });
 * // … send them; nothing is locked meanwhile …
 * await store.settleDeliveries({ queue, lease, now: Date.now(), settled: rows.map(outcomeOf), change });
 * ```
 *
 * A batch that is not settled within `leaseMs` is due again, for any relay: that is how a dead relay's work is taken up.
 * What comes too late to settle changes nothing. The state of a queue (paused, breaker, rate window, requests in
 * flight) is one row for all relays: `permit` and `change` read and write it under its lock, so what they decide holds
 * for all of them. They are pure, and may be called again.
 */
export interface DeliveryStore {
  /** Leases the rows that are due, in order of time, none of a person that another lease holds. */
  takeDeliveries(request: TakeRequest): Promise<Taken<LeasedDelivery>>;
  /** Notes what came of leased rows, with what is to be reported of it. Returns how many were still this lease's to settle. */
  settleDeliveries(request: SettleRequest<SettledDelivery>): Promise<number>;
  /** Returns a queue's state. */
  queue(queue: string): Promise<QueueState>;
  /** When the first row of a queue that nobody has taken was due, in milliseconds since 1970; nothing without any. */
  oldestDue(queue: string): Promise<number | undefined>;
  /** Changes a queue's state under its lock. */
  changeQueue(queue: string, change: (state: QueueState) => QueueChange): Promise<void>;
  /** Writes notes of rows that this lease holds, and keeps them leased: what must be on record before it is sent. */
  noteDeliveries(request: NoteRequest): Promise<number>;
  /** Returns an event's deliveries, by destination. */
  deliveriesOf(environment: string, event_id: string): Promise<readonly DeliveryRecord[]>;
  /** Returns the deliveries of several events, by event; an event without any has no entry. */
  deliveriesByEvent(
    environment: string,
    event_ids: readonly string[],
  ): Promise<ReadonlyMap<string, readonly DeliveryRecord[]>>;
  /** Returns deliveries of an environment, by the event's id. */
  deliveries(environment: string, query: DeliveryQuery): Promise<DeliveryPage>;
  /** Makes final rows pending again, and returns how many; `dry` counts only. Rows that were accepted stay as they are. */
  replayDeliveries(request: ReplayRequest): Promise<number>;
}

export interface NoteRequest {
  queue: string;
  lease: string;
  noted: readonly Pick<SettledDelivery, 'environment' | 'event_id' | 'destination' | 'note'>[];
}

export interface DeliveryQuery {
  status?: DeliveryStatus | undefined;
  destination?: string | undefined;
  /** The stable word in front of a reason, such as `consent_denied`. */
  reason?: string | undefined;
  /** A `next_cursor`: the last `event_id` of a page. */
  after?: string | undefined;
  limit: number;
}

export interface DeliveryPage {
  deliveries: readonly (DeliveryRecord & { event_id: string; planned_at: string })[];
  next_cursor: string | null;
}

export interface ReplayRequest {
  environment: string;
  destination: string;
  /** `never`: accepted events that have no row for this destination yet. */
  status: 'failed' | 'skipped' | 'never';
  /** Names of events; of `never`, those that the destination takes. */
  events?: readonly string[] | undefined;
  reason?: string | undefined;
  /** Of events that came since, in milliseconds since 1970. */
  since: number;
  now: number;
  /** Counts and changes nothing. */
  dry?: boolean | undefined;
}

/** The queue of a destination in an environment. */
export const queueOf = (environment: string, destination: string): string => `${environment}/${destination}`;

export interface PlannedDelivery {
  destination: string;
  /** Not sent before, in milliseconds since 1970. */
  due_at: number;
}

export interface LeasedDelivery {
  environment: string;
  event_id: string;
  destination: string;
  /** `u:` + user id, or `a:` + anonymous id; nothing when the event was erased. */
  person: string | null;
  /** The event's name; nothing of a controlled one. */
  event: string | null;
  planned_at: number;
  /** Takes before this one. */
  attempts: number;
  /** What the engine noted when it settled the row before, such as `retry` counts and references. */
  note: JsonObject | null;
}

export interface SettledDelivery {
  environment: string;
  event_id: string;
  destination: string;
  status: DeliveryStatus;
  /** When it is due again; only for `pending`. Default: at once. */
  due_at?: number | undefined;
  /** A stable word, such as `no_consent`. */
  reason?: string | undefined;
  /** What the destination calls it. */
  destination_ref?: string | undefined;
  /** Kept with the row, and given back at the next take. */
  note?: JsonObject | undefined;
  /** Told, if the row is still this lease's. */
  notice?: NewNotice | undefined;
}

export type DeliveryStatus = 'pending' | 'accepted' | 'failed' | 'skipped';

/** One delivery as `GET /api/events/{event_id}` shows it (docs/wire.md W-30). */
export interface DeliveryRecord {
  destination: string;
  status: DeliveryStatus;
  attempts: number;
  reason?: string | undefined;
  destination_ref?: string | undefined;
  /** When that became so, ISO-8601. */
  at: string;
  /** The platform's last answer, redacted; kept for 7 days. */
  answer?:
    | {
        at: string;
        /** What was asked: the method, the host, and how long the body was. */
        request?: string | undefined;
        /** What was sent of this event, as JSON: values that may tell of a person are left out. Cut after 4,000 characters. */
        sent?: string | undefined;
        status: number;
        text: string;
      }
    | undefined;
}

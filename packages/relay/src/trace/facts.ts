import type { Registry } from '@tracklayer/core';
import type { DeliveryRecord } from '../store/deliveries.ts';
import type { SeenLabel } from '../store/drift.ts';
import type { EventRecord } from '../store/events.ts';
import type { Link } from '../store/people.ts';

/** What the relay knows of one event and of what led to it. */
export interface TraceFacts {
  event_id: string;
  event: string;
  /** Nothing when no event of this id came. */
  record: EventRecord | undefined;
  /** Properties that make the event's id, such as `order_id`. */
  key_properties: readonly string[];
  /** The registry that was in force when the event came; now, when it did not come. */
  registry: Registry;
  registry_version: { version: number; at: string | null };
  /** Labels that clients saw, counted since `since`. */
  labels: readonly SeenLabel[];
  /** The first day that labels are counted from, as in `2026-11-20`. */
  since: string;
  /** To whom the event's anonymous id belonged, and when. */
  links: readonly Link[];
  /** By destination. */
  deliveries: readonly DeliveryRecord[];
  /** Milliseconds since 1970. */
  now: number;
}

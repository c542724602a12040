import type { Sighting } from '@tracklayer/node';
import type { Shape } from './shape.ts';

/** Counts of labels and of the properties' types, and what clients dropped (docs/wire.md W-37, W-38). */
export interface DriftStore {
  /** Adds a client's sightings of labels; a repeated request counts once. */
  addSightings(report: SightingReport): Promise<void>;
  /** Returns the labels that clients saw, and how often since a day; some 90 days are kept. */
  labels(environment: string, since: string): Promise<readonly SeenLabel[]>;
  /** Returns the names of the events that have shapes. */
  shapedEvents(environment: string): Promise<readonly string[]>;
  /** Returns the types that an event's properties had, oldest day first; `capture` counts in its own transaction. */
  shapes(environment: string, event: string): Promise<readonly DailyShape[]>;
  /** Returns what clients dropped, by reason (W-37). */
  dropped(environment: string): Promise<Readonly<Record<string, number>>>;
}

/** The shape of one event from one source on one UTC day. */
export interface DailyShape extends Shape {
  /** `2026-11-23` */
  day: string;
  event: string;
  /** Empty when the event named none. */
  source: string;
}

/** A label with its count since the day that was asked for; `0` when it came before only. */
export interface SeenLabel extends Sighting {
  /** `2026-11-23` */
  last_seen: string;
}

export interface SightingReport {
  environment: string;
  received_at: number;
  sightings: readonly Sighting[];
  /** A repeated request counts once (W-15). */
  idempotency_key?: string | undefined;
}

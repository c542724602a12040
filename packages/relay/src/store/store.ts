import type { Sighting } from '@tracklayer/node';
import type { Problem, JsonObject, RegistryEntry, WireEvent, WireIdentify } from '@tracklayer/core';
import type { Shape } from '../drift/shape.ts';

/**
 * What the relay remembers. Implementations differ in where, never in what: all pass the suite of
 * `test/store/store-suite.ts`. Everything is by environment, and nothing crosses from one to another.
 */
export interface Store {
  /** Writes one request's events. Resolves when they are on durable storage (docs/wire.md W-36); all of them, or none. */
  capture(delivery: Delivery<ReceivedEvent>): Promise<readonly CaptureOutcome[]>;
  /** Writes one request's identifies, likewise. */
  identify(delivery: Delivery<ReceivedIdentify>): Promise<readonly IdentifyOutcome[]>;
  /** Ends the link of an anonymous id, at a time in milliseconds; its history stays (W-19). False when it had none. */
  unlink(environment: string, anonymous_id: string, at: number): Promise<boolean>;
  /** One event with all that is known of it (W-30). */
  event(environment: string, event_id: string): Promise<EventRecord | undefined>;
  /** Events, newest first (W-31). */
  events(environment: string, query: EventQuery): Promise<EventPage>;
  /** A person's traits: those of the user id and of the anonymous ids that belong to it now (W-17). */
  traits(environment: string, user_id: string): Promise<JsonObject>;
  /** To whom an anonymous id belonged, and when; oldest first (W-19). */
  links(environment: string, anonymous_id: string): Promise<readonly Link[]>;
  /** What clients said they dropped, by reason (W-37). */
  dropped(environment: string): Promise<Readonly<Record<string, number>>>;
  /** The registry in force: the newest version; version 0 without entries before the first (W-32). */
  registry(environment: string): Promise<RegistryVersion>;
  /** One version of the registry, or nothing: all of them are kept. */
  registryVersion(environment: string, version: number): Promise<RegistryVersion | undefined>;
  /** The versions of the registry, newest first. */
  registryVersions(environment: string, page: VersionPage): Promise<readonly VersionSummary[]>;
  /** Appends a version; nothing that was there changes. Its number, or nothing when another came first (W-32). */
  putRegistry(environment: string, registry: NewRegistry): Promise<number | undefined>;
  /** Adds a client's sightings of labels; a repeated request counts once (W-38). */
  addSightings(report: SightingReport): Promise<void>;
  /** The labels that clients saw, and how often since a day; some 90 days are kept. */
  labels(environment: string, since: string): Promise<readonly SeenLabel[]>;
  /** The events that have shapes. */
  shapedEvents(environment: string): Promise<readonly string[]>;
  /** What the properties of an event looked like, oldest day first; `capture` counts in its own transaction (W-38). */
  shapes(environment: string, event: string): Promise<readonly DailyShape[]>;
  /** Resolves when a commit goes through, rejects when it does not (W-35). */
  check(): Promise<void>;
  /** Finishes what was begun and lets go of everything. */
  close(): Promise<void>;
}

/** The messages of one request. */
export interface Delivery<Message> {
  environment: string;
  /** Our clock when the request came in, in milliseconds since 1970. */
  received_at: number;
  messages: readonly Message[];
  /** Messages that break the contract: remembered by id with their reasons, without what they said. */
  rejected?: readonly RejectedEvent[] | undefined;
  /** The client's report, and the request it came with, so that a repeated request counts it once (W-15, W-37). */
  dropped?: Readonly<Record<string, number>> | undefined;
  idempotency_key?: string | undefined;
}

/** An event with `occurred_at` on our clock. */
export interface ReceivedEvent {
  event: WireEvent & { occurred_at: string };
  /** The properties that make its id: a copy that differs in one is a conflict (W-4). */
  key_properties: readonly string[];
  /** What the client's clock said, where it differed (W-13). */
  client_occurred_at?: string | undefined;
}

/** An identify with `occurred_at` on our clock. */
export interface ReceivedIdentify {
  identify: WireIdentify & { occurred_at: string };
  client_occurred_at?: string | undefined;
}

export interface RejectedEvent {
  event_id: string;
  event?: string | undefined;
  errors: readonly Problem[];
}

export interface CaptureOutcome {
  status: 'accepted' | 'duplicate';
  /** Where the copy contradicts the first one, such as `properties.value` (W-4). Empty when it does not. */
  conflicts: readonly string[];
}

export interface IdentifyOutcome {
  status: 'accepted' | 'duplicate';
  /** The two ids of the identify are one person now. */
  merged: boolean;
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
  /** Why it was rejected. */
  errors?: readonly Problem[] | undefined;
}

export interface EventRecord extends EventSummary {
  identity: { user_id: string | null; anonymous_ids: readonly string[] };
}

export interface EventQuery {
  /** A `next_cursor`. Default: from the newest. */
  after?: number | undefined;
  limit: number;
  event?: string | undefined;
  user_id?: string | undefined;
  status?: 'accepted' | 'rejected' | undefined;
}

export interface EventPage {
  events: readonly EventSummary[];
  next_cursor: number | null;
}

export interface Link {
  user_id: string;
  linked_at: string;
  closed_at: string | null;
  source: string | null;
}

export interface RegistryVersion {
  /** Counts up from 1. */
  version: number;
  entries: readonly RegistryEntry[];
}

/** One version of a registry, without its entries. */
export interface VersionSummary {
  version: number;
  /** How many entries it has. */
  entries: number;
  /** When it was put, ISO-8601. */
  at: string;
}

export interface VersionPage {
  /** Only versions below this one. Default: from the newest. */
  before?: number | undefined;
  limit: number;
}

export interface NewRegistry {
  /** The version that its author had before him. */
  replaces: number;
  entries: readonly RegistryEntry[];
  /** Our clock, in milliseconds since 1970. */
  at: number;
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

import type { Client, EventMap, Events, Registry, TrackLayerError } from '@tracklayer/core';
import type { NodeClient } from '../node-client.ts';
import type { HeapEventPerson, HeapVisitor } from './promote-stored.ts';
import type { HeapSegmentSync } from './segment-sync.ts';

/** A label that Heap sent and that became no event, or will not for long, or an event with less than was meant. Each label and kind is told once a process. */
export interface HeapWebhookDrift {
  /**
   * `missing`: a property that its entry requires, or the event's business key. `deprecated`: it still becomes an
   * event, until `deprecated_until`. `uncast`: an event without the properties that the entry's cast cannot read.
   */
  kind: 'unmapped' | 'draft' | 'missing' | 'unmet' | 'deprecated' | 'uncast';
  source_event: string;
  canonical_event?: string | undefined;
  missing?: readonly string[] | undefined;
  uncast?: readonly string[] | undefined;
  /** The label that an unmapped one was probably meant to be. */
  expected?: string | undefined;
  /** The last day of a deprecated entry, as in `2026-12-31`. */
  deprecated_until?: string | undefined;
}

/** Why a page of a segment cannot be used; nothing personal, since it goes into the answer and to `onError`. */
export interface InvalidSegment {
  invalid: string;
}

/** Options of {@link createHeapWebhookHandler}. Without a secret, requests of its kind are refused. */
export interface HeapWebhookOptions {
  /** Signs segment syncs: of the integration, in Heap. */
  secret?: string | undefined;
  /** The value of `eventHeader`, as set in Heap for event webhooks. */
  eventSecret?: string | undefined;
  /** The header that holds `eventSecret`. Default `authorization`, with or without `Bearer `. */
  eventHeader?: string | undefined;
  /** Which labels become which canonical events. */
  registry?: Registry | undefined;
  /**
   * Takes what is promoted. With its option `spool`, an event is on disk before Heap gets the response. At most once
   * a minute it also tells the relay how often labels were seen that the registry names, or nearly.
   */
  client?: (Pick<Client, 'capture'> & Partial<Pick<NodeClient, 'reportSightings'>>) | undefined;
  /** The client's events of your own, made by `defineEvents`. */
  events?: Events<EventMap> | undefined;
  /** The source that the registry's entries name. Default `heap`. */
  source?: string | undefined;
  /** Whom an event is about. Default: Heap's identity; else `heap_<user_id>` as the anonymous id. */
  personOf?: ((visitor: HeapVisitor) => HeapEventPerson) | undefined;
  /**
   * Handles one page of a segment; Heap sends it again unless this resolves. A page that would be just as wrong if it
   * were sent again is refused by `{ invalid: 'why' }`.
   */
  onSegmentSync?:
    | ((sync: HeapSegmentSync) => void | InvalidSegment | Promise<void | InvalidSegment>)
    | undefined;
  /** Told of each label that became no event, or will not for long; once a label, kind and process. */
  onDrift?: ((drift: HeapWebhookDrift) => void) | undefined;
  /** A body that cannot be used, or a callback that threw. */
  onError?: ((error: TrackLayerError) => void) | undefined;
  /** Bytes of one body, at most. Default 1 MiB. */
  maxBodyBytes?: number | undefined;
  /** Wall clock, in milliseconds since 1970. Default: the platform's. */
  now?: (() => number) | undefined;
}

/** Requests by what became of them. */
export interface HeapWebhookStats {
  synced: number;
  captured: number;
  unmapped: number;
  draft: number;
  missing: number;
  unmet: number;
  /** Authentic, but of no use: no JSON, no label, no person. */
  invalid: number;
  /** Not authentic, or too large. */
  refused: number;
  /** To be sent again, because a callback threw. */
  failed: number;
}

/** Answers Heap's requests, as web-standard `Request` and `Response`. Never rejects. */
export interface HeapWebhookHandler {
  (request: Request): Promise<Response>;
  stats(): HeapWebhookStats;
}

import type { Problem } from '@tracklayer/core';

/** The messages of one request, as they came in. */
export interface Arrival<Message> {
  environment: string;
  /** Our clock when the request came in, in milliseconds since 1970. */
  received_at: number;
  messages: readonly Message[];
  /** Messages that break the contract: remembered by id with their reasons, without what they said. */
  rejected?: readonly RejectedEvent[] | undefined;
  /** The client's report, and the request it came with, so that a repeated request counts it once (W-15, W-37). */
  dropped?: Readonly<Record<string, number>> | undefined;
  idempotency_key?: string | undefined;
  /** Set where platforms hold lists of people: what came of a person is compared with them. */
  mirrors?: MirrorPlan | undefined;
}

/** Which destinations hold what of people. */
export interface MirrorPlan {
  /** The computed traits of everybody. */
  traitsAt: readonly string[];
  /** Each audience. */
  audiencesTo: ReadonlyMap<string, readonly string[]>;
}

export interface RejectedEvent {
  event_id: string;
  event?: string | undefined;
  errors: readonly Problem[];
}

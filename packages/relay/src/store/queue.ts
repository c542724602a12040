import type { JsonObject } from '@tracklayer/core';
import type { QueuedNotice } from './notice.ts';

/** How long a lease holds when its relay says nothing more, in milliseconds. */
export const defaultLeaseMs = 60_000;

/** Times are milliseconds since 1970. */
export interface TakeRequest {
  queue: string;
  /** The name of this lease, never used before. */
  lease: string;
  now: number;
  /** Rows at most. */
  limit: number;
  /** Default {@link defaultLeaseMs}. */
  leaseMs?: number | undefined;
  /** Says how many rows may be taken now, `0` for none, and the state that follows if any were. Default: all. */
  permit?: ((state: QueueState) => Permit) | undefined;
}

export interface Permit {
  rows: number;
  /** The state when so many rows were taken, one at least. Default: as it is. */
  stateAfter?: ((taken: number) => QueueState) | undefined;
}

/** Rows that are this lease's until it ends. */
export interface Taken<Leased> {
  rows: readonly Leased[];
  /** The state as this take left it. */
  state: QueueState;
  /** When the lease ends. */
  until: number;
  /** When more is due; now when more is due already, or held back by a busy person; nothing when the queue is empty. */
  next_due_at?: number | undefined;
}

/** What came of the rows of a lease. */
export interface SettleRequest<Settled> {
  queue: string;
  lease: string;
  now: number;
  settled: readonly Settled[];
  /** The queue's next state. Default: as it is. The lease itself is taken out of it either way. */
  change?: ((state: QueueState) => QueueChange) | undefined;
}

/** A queue's next state, and what is to be reported of it: both are written, or neither. */
export interface QueueChange {
  state: QueueState;
  notices?: readonly QueuedNotice[] | undefined;
}

export interface QueueState {
  paused: boolean;
  /** Batches that are out, with their end in milliseconds since 1970; the store keeps this list. */
  leases: readonly { lease: string; until: number; rows: number }[];
  /** The engine's own: breaker, rate window. */
  pace: JsonObject;
  /** What was reported of it, so that it is reported once. */
  told?: JsonObject | undefined;
}

import type { JsonObject } from '@tracklayer/core';

/** Work that one relay of many does at a time, such as retention: a lease on a row, like a delivery. */
export interface ChoreStore {
  /** Leases a chore that is due; nothing when it is not, or another relay has it. Times are milliseconds since 1970. */
  takeChore(request: {
    chore: string;
    lease: string;
    now: number;
    leaseMs?: number | undefined;
  }): Promise<Chore | undefined>;
  /** Notes how far the chore came and when it is due again. False when the lease had ended. */
  settleChore(request: {
    chore: string;
    lease: string;
    due_at: number;
    progress: JsonObject;
  }): Promise<boolean>;
  /** Returns what chores remember whose names begin so, by their names. */
  chores(prefix: string): Promise<ReadonlyMap<string, JsonObject>>;
  /** Does one slice of retention, at most some hundred rows. Returns whether there is more to do. */
  forgetSome(rule: RetentionRule): Promise<boolean>;
  /** Returns the environments that hold events, in order. */
  environments(): Promise<readonly string[]>;
}

export interface Chore {
  /** As the last one left it; empty at first. */
  progress: JsonObject;
}

/** What is forgotten, by the arrival's time in milliseconds since 1970. */
export interface RetentionRule {
  environment: string;
  what: 'events' | 'identifies' | 'reports' | 'changes' | 'syncs' | 'network' | 'answers' | 'notices';
  /** Of arrivals before. */
  before: number;
}

/** Shares are of copies, from 0 to 1. Days are UTC, as in `2026-11-23`. */
export interface Drift {
  /** The first day that was looked at. */
  since: string;
  /** The version of the registry that labels were compared with; `0` when none is in force. */
  registry_version: number;
  events: readonly EventDrift[];
  /** Approved labels that were seen before `since` and not since then. */
  silent: readonly SilentLabel[];
  /** Labels that no entry names, though one nearly does. */
  near_misses: readonly NearMissLabel[];
}

/** What changed in the properties of one event, as one source sends it. */
export interface EventDrift {
  event: string;
  /** Empty when the event named none. */
  source: string;
  copies: number;
  conflicts: number;
  rejected: number;
  added: readonly AddedField[];
  vanished: readonly VanishedField[];
  type_changed: readonly ChangedField[];
}

export interface AddedField {
  path: string;
  types: readonly string[];
  /** Of the copies since it came. */
  share: number;
  since: string;
}

export interface VanishedField {
  path: string;
  /** Of the copies while it came. */
  share: number;
  last_seen: string;
}

export interface ChangedField {
  path: string;
  /** Type to share of the field's values, before the first day of a new type and from then on. */
  from: Readonly<Record<string, number>>;
  to: Readonly<Record<string, number>>;
  since: string;
}

export interface SilentLabel {
  source: string;
  source_event: string;
  canonical_event: string;
  last_seen: string;
}

export interface NearMissLabel {
  source: string;
  source_event: string;
  /** The label of the entry that was probably meant. */
  expected: string;
  canonical_event: string;
  count: number;
}

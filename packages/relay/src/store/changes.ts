/** Who changed what, and when: what people and programs did by hand, and never what events bring. */
export interface ChangeStore {
  addChange(environment: string, change: NewChange): Promise<void>;
  /** Returns changes, newest first. */
  changes(environment: string, query: ChangeQuery): Promise<ChangePage>;
}

export const changeActions = [
  'registry.replaced',
  'destination.paused',
  'destination.resumed',
  'deliveries.replayed',
  'person.erased',
  'person.unlinked',
  'audience.synced',
] as const;
export type ChangeAction = (typeof changeActions)[number];

/** One change as `GET /api/changes` shows it (docs/wire.md W-43). */
export interface Change {
  /** ISO-8601. */
  at: string;
  /** The fingerprint of the key that did it: the first 12 digits of its SHA-256. */
  key: string;
  action: ChangeAction;
  /** A destination, a version; for a person the first 12 digits of the SHA-256 of the `user_id`. */
  subject: string;
  /** Counts and settings, never a personal value. */
  detail: Readonly<Record<string, string | number>>;
}

export interface NewChange extends Omit<Change, 'at'> {
  /** Milliseconds since 1970. */
  at: number;
}

export interface ChangeQuery {
  action?: ChangeAction | undefined;
  subject?: string | undefined;
  /** A `next_cursor`. */
  after?: string | undefined;
  limit: number;
}

export interface ChangePage {
  changes: readonly Change[];
  next_cursor: string | null;
}

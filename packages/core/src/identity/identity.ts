/** Whose events these are, where a client serves one person (a page). A backend has none: every event names its own. */
export interface Identity {
  /** The ids that an event gets which names none itself. */
  read(): { user_id?: string | undefined; anonymous_id?: string | undefined };
  /** An identify named this `user_id`: later events carry it. */
  identified(user_id: string): void;
  /** Whether ids may be stored. `false` forgets what was stored; until the first `true` they live in memory only. */
  allow(isAllowed: boolean): void;
}

import type { Described } from './people.ts';

/**
 * Who is in which audience, as sources told it, page by page (docs/wire.md W-33). A page counts once, by its sync and
 * number, and the newest sync wins over a late page of an older one.
 */
export interface AudienceStore {
  /** Takes in one page of a sync, in one transaction. */
  addMembers(page: MembersPage): Promise<PageOutcome>;
  /**
   * Applies a slice of a full list whose pages are all there. Returns whether there is more to do.
   *
   * @param request.to - the destinations that hear of the audience.
   */
  applySync(request: {
    environment: string;
    audience: string;
    sync_id: string;
    to: readonly string[];
    /** As a page's. */
    traitsAt: readonly string[];
    now: number;
  }): Promise<boolean>;
  /** Returns the full lists that are complete and not applied yet, of all environments. */
  syncsToApply(): Promise<readonly { environment: string; audience: string; sync_id: string }[]>;
  /** Returns the audiences of an environment, by name. */
  audiences(environment: string): Promise<readonly AudienceSummary[]>;
  /** Returns one audience with its newest syncs and its size by day; nothing when no page ever came. */
  audience(environment: string, audience: string): Promise<AudienceRecord | undefined>;
  /**
   * Returns the first users of an audience, those of its accounts included, and its first accounts, in the order of their
   * ids, and whether there are more of either.
   */
  membersOf(
    environment: string,
    audience: string,
    limit: number,
  ): Promise<{ user_ids: readonly string[]; account_ids: readonly string[]; isMore: boolean }>;
  /**
   * Returns the names of the audiences that members are in now, by their keys; who is in none has no entry. A user is in
   * by themselves or by an account.
   */
  audiencesOf(environment: string, keys: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

export interface MembersPage {
  environment: string;
  audience: string;
  /** Who says so: `heap`, `import`, a name of your own. */
  source: string;
  sync_id: string;
  /** `delta`: who came and who went. `full`: everybody who is in; nothing changes until all pages are there. */
  mode: 'delta' | 'full';
  /** From 1. */
  page: number;
  total_pages: number;
  /** Keys of members: `u:` + user id, or `acc:` + account id. Nobody is in both lists. */
  add: readonly string[];
  remove: readonly string[];
  /** What the page says of accounts, as of its receipt; noted with the page, once. Default: nothing. */
  accounts?: readonly Described[] | undefined;
  /** Destinations that hear of it. */
  to: readonly string[];
  /** Destinations that hold computed traits, which may depend on it. */
  traitsAt: readonly string[];
  /** Milliseconds since 1970. */
  received_at: number;
  /** Waits after each transaction of a full list's page, by how long it took. Default: not at all. */
  rest?: ((tookMs: number) => Promise<void>) | undefined;
}

/** What a page changed; a repeated one answers as it did the first time. */
export interface PageOutcome {
  added: number;
  removed: number;
  unchanged: number;
  /** `waiting`: pages of a full list are missing; `applying`: all are there, and it is compared now. */
  state: 'done' | 'waiting' | 'applying';
  isRepeated: boolean;
  /** A full list that began later has taken its place: the page changed nothing. */
  isReplaced?: boolean | undefined;
  /** The page contradicts an earlier one of its sync: another mode, another number of pages. Nothing was changed. */
  conflict?: string | undefined;
}

export interface AudienceSummary {
  audience: string;
  source: string;
  /** Members now, users and accounts. */
  size: number;
  /** The newest sync. */
  sync: SyncRecord;
}

export interface AudienceRecord extends AudienceSummary {
  syncs: readonly SyncRecord[];
  /** Members at the end of each day that changed, oldest first: `2026-11-26`. */
  sizes: readonly { day: string; size: number }[];
  accounts: number;
}

export interface SyncRecord {
  sync_id: string;
  source: string;
  mode: 'delta' | 'full';
  state: 'done' | 'waiting' | 'applying';
  pages: number;
  total_pages: number;
  added: number;
  removed: number;
  unchanged: number;
  /** ISO-8601. */
  begun_at: string;
  at: string;
}

import type { Json, JsonObject, WireIdentify } from '@tracklayer/core';
import type { Arrival } from './arrival.ts';
import type { Deletion } from './mirrors.ts';

/** Persons: their traits, their ids, and what was last seen of them (docs/wire.md §4). */
export interface PeopleStore {
  /** Writes one request's identifies. Resolves when they are on durable storage (W-36); all of them, or none. */
  identify(arrival: Arrival<ReceivedIdentify>): Promise<readonly IdentifyOutcome[]>;
  /** Returns a person's traits: those of the user id and of the anonymous ids that belong to it now (W-17). */
  traits(environment: string, user_id: string): Promise<JsonObject>;
  /** Returns the persons behind identities, in the order given. An anonymous id that is linked gives its user. */
  people(environment: string, identities: readonly Identity[]): Promise<readonly Person[]>;
  /** Returns what is known of accounts, in the order given; empty for one that nobody described. */
  accounts(environment: string, account_ids: readonly string[]): Promise<readonly JsonObject[]>;
  /** Notes what a source said of accounts, at a time in milliseconds. Identifies say it by themselves. */
  describeAccounts(environment: string, accounts: readonly Described[], at: number): Promise<void>;
  /** Returns to whom an anonymous id belonged, and when; oldest first (W-19). */
  links(environment: string, anonymous_id: string): Promise<readonly Link[]>;
  /** Ends the link between two ids, at a time in milliseconds; its history stays (W-19). False if there is none. */
  unlink(environment: string, identity: Required<Identity>, at: number): Promise<boolean>;
  /**
   * Erases a person, at a time in milliseconds: links, traits and identifies, and what events say of the person (W-38).
   *
   * @param deletions - where the user is to be deleted, too.
   */
  erase(environment: string, user_id: string, at: number, deletions?: readonly Deletion[]): Promise<Erased>;
}

/** An account, and what was said of it: `company`, `company_domain`. */
export interface Described {
  account_id: string;
  traits: JsonObject;
}

/** At least one of the two. */
export interface Identity {
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
}

/** An identify with `occurred_at` on our clock. */
export interface ReceivedIdentify {
  identify: WireIdentify & { occurred_at: string };
  client_occurred_at?: string | undefined;
}

export interface IdentifyOutcome {
  status: 'accepted' | 'duplicate';
  /** The two ids of the identify are one person now. */
  merged: boolean;
}

export interface Person {
  user_id: string | null;
  /** The ids that belong to the user now; without a user, the one that was asked for. */
  anonymous_ids: readonly string[];
  traits: JsonObject;
  seen: LastSeen;
  /** The user has so many anonymous ids that no further one is linked: probably an id that several persons share. */
  is_over_linked: boolean;
}

/**
 * The newest values that events and identifies brought along, each by its name: `gclid`, `gbraid`, `wbraid`, `fbclid`,
 * `fbp`, `fbc`, `li_fat_id`, `ttclid`, `ga`, `heap` and `utm` (objects as in `context`), `consent`, `ip`, `user_agent`, `locale`; and
 * `paid_utm`, the newest `utm` of an ad, and `unpaid_fbclid`, a click id that came from an unpaid post.
 */
export type LastSeen = Readonly<Record<string, SeenValue>>;

export interface SeenValue {
  value: Json;
  /**
   * ISO-8601, to the hour, of `consent` to the minute: a value that comes again within one keeps its time. Of click ids and
   * `utm` when it first came.
   */
  at: string;
}

export interface Link {
  user_id: string;
  linked_at: string;
  closed_at: string | null;
  source: string | null;
}

/** How much of a person was erased. */
export interface Erased {
  anonymous_ids: number;
  links: number;
  traits: number;
  identifies: number;
  /** Events that lost their identities, context and consent; their ids stay, so that a repeat is still a duplicate. */
  events: number;
  /** Deliveries that were pending and are not sent any more. */
  deliveries: number;
  /** Audiences that the person was in. */
  audiences: number;
  /** Lists of platforms that are to forget the person, too. */
  lists: number;
}

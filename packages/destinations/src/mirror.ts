import type { JsonObject } from '@tracklayer/core';
import type {
  Access,
  Confirmation,
  DestinationAnswer,
  DestinationRequest,
  Outcome,
  Reading,
  TokenExchange,
} from './exchange.ts';
import type { ListCalls } from './list-calls.ts';
import type { ConsentPurpose } from './outgoing-event.ts';
import type { Person } from './person.ts';
import type { Mapped } from './refusal.ts';
import type { Field } from './settings.ts';

/**
 * What a platform holds of people, and is kept as we want it: the members of an audience, the properties of users. Pure
 * functions, as a {@link Destination}'s. An engine remembers what the platform was last told of each person and sends the
 * difference.
 *
 * `Target` is one list there (an audience's id), `Entry` what the platform knows a person by: hashes and its own ids.
 *
 * @see docs/audiences.md
 */
export interface Mirror<Settings extends object, Target extends object, Entry extends object> {
  /** As its maker writes it: `Meta custom audiences`. */
  title: string;
  /** Settings of one list, in a rule's `to`. */
  target: Readonly<Record<string, Field>>;
  /** What is wrong with a target whose fields are right one by one. */
  problem?: ((target: Target, settings: Settings) => string | undefined) | undefined;
  limits: {
    /** Entries in one request. */
    perRequest: number;
    requestsPerMinute?: number | undefined;
    /** Requests keep a distance, and to the limit by a margin for their way there. Default: they may come together. */
    isSpread?: boolean | undefined;
    /** A list with fewer people reaches nobody; for people to read. */
    smallest?: number | undefined;
  };
  /** All of these must be granted. */
  consent: readonly ConsentPurpose[];
  /** A person in the platform's terms, or why there is none. Never throws. */
  map(person: Person, settings: Settings, target: Target): Mapped<Entry>;
  /** Lists of companies, where the platform has such. No person is on them, so that no consent is asked for. */
  companies?:
    | {
        /** Whether a list holds companies. */
        isList(target: Target): boolean;
        /**
         * A company in the platform's terms, or why there is none, by what was said of the account: `company`, its name,
         * and `company_domain`. Never throws.
         */
        map(traits: JsonObject): Mapped<Entry>;
      }
    | undefined;
  /**
   * What happens to an entry that differs from what was told: `replace` takes the old one out and puts the new one in,
   * `overwrite` sends the new one alone.
   */
  onChange: 'replace' | 'overwrite';
  /** Of an entry that is written over: what to send beyond what is there. Default: all of it. */
  difference?: ((entry: Entry, held: Entry) => Entry) | undefined;
  /** The call that turns entries into those of the platform's own ids, where it takes nothing else. */
  find?: Finder<Settings, Entry> | undefined;
  /** One request that puts entries in or takes them out. */
  request(change: Change<Entry>, settings: Settings, target: Target, access: Access): DestinationRequest;
  /** What an answer means for each entry. Never throws, whatever the body holds. */
  read(answer: DestinationAnswer, change: Change<Entry>, settings: Settings): Reading;
  /** The second call of a platform whose first answer only says "received". */
  confirm?: Confirmation<Settings> | undefined;
  /** Calls about a list as a whole: its size, and making one. */
  lists?: ListCalls<Settings, Target> | undefined;
  /** How its access token is had, where that is another than the destination's. */
  token?: TokenExchange<Settings> | undefined;
}

/** Entries that go in, or out. */
export interface Change<Entry> {
  action: 'add' | 'remove';
  entries: readonly Entry[];
}

export interface Finder<Settings, Entry> {
  request(entries: readonly Entry[], settings: Settings, access: Access): DestinationRequest;
  /** For each entry what is found, in order; or one word for all. */
  read(
    answer: DestinationAnswer,
    entries: readonly Entry[],
  ): { found: readonly (Entry | undefined)[] } | { all: Outcome };
}

/** A mirror of whatever settings, as engines hold it. */
// oxlint-disable-next-line typescript/no-explicit-any -- settings, targets and entries are known to their own mirror alone
export type AnyMirror = Mirror<any, any, any>;

import type { JsonObject } from '@tracklayer/core';
import type { NewNotice } from './notice.ts';
import type { SettleRequest, Taken, TakeRequest } from './queue.ts';

/**
 * What platforms hold of people, and should: one row for each person and list, as a queue that many relays work on. A
 * list is an audience, or `traits` for the properties of users. A row is due when something about it or its person
 * changed; whoever takes it compares what should be there with what was told, and sends the difference.
 *
 * Rows are leased and settled as deliveries are ({@link DeliveryStore}), one person in one lease at a time: what goes in
 * and what goes out of one person never pass each other. What changes while a row is out makes it due again when it is
 * settled.
 */
export interface MirrorStore {
  takeMirrored(request: TakeRequest): Promise<Taken<LeasedMirror>>;
  /** Writes notes of rows that this lease holds, and keeps them leased: what must be on record before it is sent. */
  noteMirrored(request: {
    lease: string;
    noted: readonly (Pick<SettledMirror, 'environment' | 'person' | 'destination' | 'list'> & {
      note: JsonObject;
    })[];
  }): Promise<number>;
  settleMirrored(request: SettleRequest<SettledMirror>): Promise<number>;
  /** Returns how many rows there are, by list, destination, status and the word of their reason. */
  mirrorCounts(environment: string): Promise<readonly MirrorCount[]>;
  /** Returns the rows of one person. */
  mirrorsOf(environment: string, user_id: string): Promise<readonly MirrorRecord[]>;
  /**
   * Makes rows of a list due, a slice at a time: of its members at a destination, those that have none yet among them.
   *
   * @param request.isAnew - what is there already is sent again, too.
   * @param request.after - the last person of the slice before.
   * @returns the last person of this slice; nothing when all are done.
   */
  mirrorMembers(request: {
    environment: string;
    audience: string;
    destination: string;
    isAnew: boolean;
    now: number;
    after?: string | undefined;
  }): Promise<{ after: string | undefined; rows: number }>;
}

/** The list of a destination's users, for computed traits. */
export const traitsList = 'traits';
/** Users to be deleted at a destination altogether; no audience can have this name. */
export const deletionList = 'user.deletion';

/** The queue of a destination's lists in an environment. */
export const mirrorQueueOf = (environment: string, destination: string): string =>
  `${environment}/${destination}/mirror`;

/** The queue of a destination's deletions: a key that does not work must hold up no list. */
export const deletionQueueOf = (environment: string, destination: string): string =>
  `${environment}/${destination}/deletion`;

/** A user who is to be deleted at a destination. */
export interface Deletion {
  destination: string;
  /** What the engine finds in the row: by which ids the platform knows the user. */
  note: JsonObject;
}

/** What a list should hold of a person: nothing, something, or nothing any more since the person was erased. */
export type Wanted = 'out' | 'in' | 'erased';

export interface LeasedMirror {
  environment: string;
  /** `u:` + user id. */
  person: string;
  destination: string;
  list: string;
  wanted: Wanted;
  /** It is sent even when nothing differs. */
  isAnew: boolean;
  attempts: number;
  /** What the engine noted when it settled the row before: what was told, and how often it tried. */
  note: JsonObject | null;
}

export interface SettledMirror {
  environment: string;
  person: string;
  destination: string;
  list: string;
  status: MirrorStatus;
  /** The platform holds the person now. */
  isThere: boolean;
  /** Only for `pending`. Default: at once. */
  due_at?: number | undefined;
  /** A stable word and a colon, then plain words. */
  reason?: string | undefined;
  note?: JsonObject | undefined;
  /** Told, if the row is still this lease's. */
  notice?: NewNotice | undefined;
}

/** `done`: the platform holds what it should. `skipped`: it holds nothing, for the row's reason. */
export type MirrorStatus = 'pending' | 'done' | 'skipped' | 'failed';

export interface MirrorCount {
  list: string;
  destination: string;
  status: MirrorStatus;
  isThere: boolean;
  /** The stable word of the reason; empty without. */
  reason: string;
  count: number;
}

export interface MirrorRecord {
  destination: string;
  list: string;
  wanted: Wanted;
  status: MirrorStatus;
  isThere: boolean;
  reason?: string | undefined;
  /** ISO-8601. */
  at: string;
}

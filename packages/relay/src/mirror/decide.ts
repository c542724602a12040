import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '@tracklayer/core';
import { describeRefusal, type AnyMirror, type Mapped } from '@tracklayer/destinations';
import type { LeasedMirror, MirrorStatus } from '../store/mirrors.ts';
import type { TraitChanges } from '../traits/settle-traits.ts';

/** What a list holds of a person, as the platform was last sent it. */
export interface Sent {
  /** The person in the platform's own terms: hashes and its own ids. */
  entry: JsonObject;
  /** The list. It stays known when the config names another one, or none any more. */
  target: JsonObject;
  /** A digest of what both were made of, to see that either changed. */
  digest: string;
  /** It was on its way when this was written, and no answer came: the platform may hold it. */
  isUnsure?: true | undefined;
}

/** What a row remembers between two looks. */
export interface MirrorNote {
  sent?: Sent | undefined;
  tries?: number | undefined;
  /** A request whose outcome is asked for later, and the row's place in it. */
  ask?: { ref: string; place: number; action: 'add' | 'remove'; sent: Sent } | undefined;
  /** Computed traits that the platform holds, and how often each changed today. */
  traits?: JsonObject | undefined;
  changes?: TraitChanges | undefined;
}

export const noteOf = ({ note }: Pick<LeasedMirror, 'note'>): MirrorNote => note ?? {};

/** How a list should hold a person. */
export interface Wish {
  target: JsonObject;
  mapped: Mapped<object>;
}

/** What a row's state asks for. */
export type Intent =
  | { do: 'nothing'; status: MirrorStatus; isThere: boolean; reason?: string | undefined }
  | { do: 'add' | 'remove'; entry: JsonObject; sent: Sent };

/**
 * Compares what a list should hold of a person with what it was sent.
 *
 * @param wish - `undefined` when no list should hold the person.
 */
export function decide(
  row: LeasedMirror,
  wish: Wish | undefined,
  { onChange, difference }: Pick<AnyMirror, 'onChange' | 'difference'>,
): Intent {
  const { sent: before } = noteOf(row);
  const remove = (sent: Sent): Intent => ({ do: 'remove', entry: sent.entry, sent });
  if (!wish || 'refused' in wish.mapped)
    return before ? remove(before) : { do: 'nothing', isThere: false, ...restOf(wish) };
  const entry = wish.mapped.payload as JsonObject;
  const sent: Sent = { entry, target: wish.target, digest: digestOf(entry, wish.target) };
  if (!before) return { do: 'add', entry, sent };
  if (before.digest === sent.digest)
    return row.isAnew || before.isUnsure
      ? { do: 'add', entry, sent }
      : { do: 'nothing', status: 'done', isThere: true };
  if (before.isUnsure && onChange === 'overwrite') return { do: 'add', entry, sent };
  if (onChange === 'replace') return remove(before);
  return { do: 'add', entry: (difference?.(entry, before.entry) as JsonObject | undefined) ?? entry, sent };
}

/**
 * What a list may hold from when something is sent until an answer comes; `undefined` where that is what it is known to
 * hold. Noted before a request leaves, so that a person who changes meanwhile is compared with both.
 */
export function unsureUntilAnswered(
  held: Sent | undefined,
  { action, sent }: { action: 'add' | 'remove'; sent: Sent },
  { onChange }: Pick<AnyMirror, 'onChange'>,
): Sent | undefined {
  // Parts are written over: what was there stays known as a whole, and goes out whole once more.
  const isPart = action === 'add' && onChange === 'overwrite';
  if (held && (isPart || action === 'remove')) return held.isUnsure ? undefined : { ...held, isUnsure: true };
  // Once more the same, or by another id of the platform.
  return held && isDeepStrictEqual(held.entry, sent.entry) ? undefined : { ...sent, isUnsure: true };
}

/** How a row rests whose person no list holds, and none should. */
export const restOf = (wish: Wish | undefined): { status: MirrorStatus; reason?: string } =>
  wish && 'refused' in wish.mapped
    ? { status: 'skipped', reason: describeRefusal(wish.mapped.refused) }
    : { status: 'done' };

const digestOf = (...parts: readonly JsonObject[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);

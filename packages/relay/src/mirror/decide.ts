import { createHash } from 'node:crypto';
import type { JsonObject } from '@tracklayer/core';
import { describeRefusal, type AnyMirror, type Mapped } from '@tracklayer/destinations';
import type { LeasedMirror, MirrorStatus } from '../store/mirrors.ts';
import type { TraitChanges } from '../traits/settle-traits.ts';

/** What a row remembers between two looks. */
export interface MirrorNote {
  /** What the platform holds of the person, in its own terms. */
  told?: JsonObject | undefined;
  /** A digest of what that was made of, to see that it changed. */
  of?: string | undefined;
  tries?: number | undefined;
  /** A request to ask about: what it said, and the row's place in it. */
  ask?: { ref: string; place: number; action: 'add' | 'remove'; entry: JsonObject; of: string } | undefined;
  /** Computed traits that the platform holds, and how often each changed today. */
  traits?: JsonObject | undefined;
  changes?: TraitChanges | undefined;
}

export const noteOf = ({ note }: Pick<LeasedMirror, 'note'>): MirrorNote => note ?? {};

/** What a row's state asks for. */
export type Intent =
  | { do: 'nothing'; status: MirrorStatus; isThere: boolean; reason?: string | undefined }
  | { do: 'add' | 'remove'; entry: JsonObject; of: string };

/**
 * Compares what a list should hold of a person with what it was told.
 *
 * @param mapped - the person in the platform's terms; `undefined` when the list should not hold them.
 */
export function decide(
  row: LeasedMirror,
  mapped: Mapped<object> | undefined,
  { onChange, difference }: Pick<AnyMirror, 'onChange' | 'difference'>,
): Intent {
  const { told, of: before } = noteOf(row);
  if (mapped && 'payload' in mapped) {
    const entry = mapped.payload as JsonObject;
    const of = digestOf(entry);
    if (!told) return { do: 'add', entry, of };
    if (before === of)
      return row.isAnew ? { do: 'add', entry, of } : { do: 'nothing', status: 'done', isThere: true };
    if (onChange === 'replace') return { do: 'remove', entry: told, of: before ?? '' };
    return { do: 'add', entry: (difference?.(entry, told) as JsonObject | undefined) ?? entry, of };
  }
  if (told) return { do: 'remove', entry: told, of: before ?? '' };
  return { do: 'nothing', ...restOf(mapped) };
}

/** How a row rests whose person the list does not hold, and should not. */
export const restOf = (
  mapped: Mapped<object> | undefined,
): { status: MirrorStatus; isThere: boolean; reason?: string } =>
  mapped && 'refused' in mapped
    ? { status: 'skipped', isThere: false, reason: describeRefusal(mapped.refused) }
    : { status: 'done', isThere: false };

const digestOf = (entry: JsonObject): string =>
  createHash('sha256').update(JSON.stringify(entry)).digest('base64url').slice(0, 22);

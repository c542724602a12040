import type { JsonObject } from '@tracklayer/core';
import type { Outcome } from '@tracklayer/destinations';
import { waitAfter } from '../deliver/outcome.ts';
import { showOutcome, type BatchSign } from '../deliver/pace.ts';
import type { LeasedMirror, SettledMirror } from '../store/mirrors.ts';
import { noteOf, restOf, unsureUntilAnswered, type MirrorNote, type Sent } from './decide.ts';
import type { Look } from './read-looks.ts';

export type Action = 'add' | 'remove';

/** A look of which something is sent. */
export interface Item {
  look: Look;
  /** What the request holds: all of `sent.entry`, or what differs of it. */
  entry: JsonObject;
  sent: Sent;
}

/** What becomes of the rows of one lease. */
export interface MirroredRows {
  readonly settled: readonly SettledMirror[];
  readonly sign: BatchSign;
  settle(
    row: LeasedMirror,
    result: Pick<SettledMirror, 'status' | 'isThere' | 'due_at' | 'reason'>,
    note: MirrorNote,
  ): void;
  /** The row is looked at again. */
  wait(row: LeasedMirror, afterMs: number, reason: string | undefined, note: MirrorNote): void;
  /** The row waits for another lease. */
  putOff(look: Look): void;
  /** The list holds the person as it should. */
  rest(look: Look, note: MirrorNote, said?: string): void;
  /** What becomes of a row by the platform's word. */
  settleBy(item: Item, action: Action | 'find', outcome: Outcome): void;
}

export function createMirroredRows(now: () => number, random: () => number): MirroredRows {
  const settled: SettledMirror[] = [];
  const sign: BatchSign = { arrived: false, failed: false };

  const settle = (
    { environment, person, destination, list }: LeasedMirror,
    result: Pick<SettledMirror, 'status' | 'isThere' | 'due_at' | 'reason'>,
    note: MirrorNote,
  ): void => {
    const clean = JSON.parse(JSON.stringify(note)) as JsonObject;
    settled.push({ environment, person, destination, list, ...result, note: clean });
  };
  const wait = (row: LeasedMirror, afterMs: number, reason: string | undefined, note: MirrorNote): void => {
    const due_at = Math.ceil(now() + afterMs);
    const { sent } = note;
    // What is to be sent anew is not sent yet.
    const kept = row.isAnew && sent ? { ...note, sent: { ...sent, isUnsure: true as const } } : note;
    settle(row, { status: 'pending', isThere: sent !== undefined, due_at, reason }, kept);
  };
  const putOff = ({ row }: Look): void =>
    wait(row, Math.max(0, (sign.throttled?.until ?? 0) - now()), undefined, noteOf(row));

  function rest({ row, reason, again_at }: Look, note: MirrorNote, said = reason): void {
    const isAgain = again_at !== undefined;
    const status = isAgain ? 'pending' : 'done';
    settle(row, { status, isThere: true, reason: said, ...(isAgain && { due_at: again_at }) }, note);
  }

  function settleBy({ look, sent }: Item, action: Action | 'find', outcome: Outcome): void {
    const { row, mirror, wish, noted } = look;
    const note = { ...noteOf(row), ask: undefined };
    const why = `${outcome.class}: ${outcome.detail ?? 'without a reason'}`;
    showOutcome(sign, outcome, now());
    if (outcome.class === 'ok' || outcome.class === 'duplicate') {
      if (action === 'add') return rest(look, { ...noted, sent }, outcome.detail ?? look.reason);
      // Whoever is to be there in another form goes in next.
      if (wish && 'payload' in wish.mapped) return wait(row, 0, undefined, {});
      return settle(row, { isThere: false, ...restOf(wish) }, {});
    }
    if (outcome.class === 'reject')
      return settle(row, { status: 'failed', isThere: note.sent !== undefined, reason: why }, note);
    const { tries = 0 } = note;
    const { afterMs, spent } = waitAfter(outcome, tries, random);
    const isUnheard = outcome.class === 'retry' && action !== 'find';
    const unsure = isUnheard ? unsureUntilAnswered(note.sent, { action, sent }, mirror) : undefined;
    return wait(row, afterMs, why, {
      ...note,
      ...(unsure && { sent: unsure }),
      tries: tries + spent,
    });
  }

  return { settled, sign, settle, wait, putOff, rest, settleBy };
}

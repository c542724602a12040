import type { JsonObject } from '@tracklayer/core';
import type { AnyMirror, Outcome, Reading } from '@tracklayer/destinations';
import { callDestination, isNearlyOver, type Calls } from '../deliver/call-destination.ts';
import { waitAfter } from '../deliver/outcome.ts';
import { isQuiet, showOutcome, type BatchSign } from '../deliver/pace.ts';
import { createSendInParts } from '../deliver/send-in-parts.ts';
import { dayMs } from '../store/days.ts';
import type { LeasedMirror, SettledMirror } from '../store/mirrors.ts';
import type { Taken } from '../store/queue.ts';
import { decide, noteOf, restOf, type MirrorNote, type Sent } from './decide.ts';
import { readLooks, type Look, type LookContext } from './read-looks.ts';

/** What a batch needs besides its rows. */
export type MirrorSurroundings = Calls & LookContext;

type Action = 'add' | 'remove';

/** A look of which something is sent. */
interface Item {
  look: Look;
  /** What the request holds: all of `sent.entry`, or what differs of it. */
  entry: JsonObject;
  sent: Sent;
}

/** Items that go to one list, in or out. */
interface Group {
  mirror: AnyMirror;
  target: JsonObject;
  action: Action;
  items: Item[];
}

/** A platform that does not know a person yet is asked again after so long, then twice as long, up to a day. */
const firstAskMs = 600_000;
const heldMs = 60_000;
const notMadeMs = 10_000;

/** Brings the lists of one destination to what they should hold, for the rows of one lease. */
export async function mirrorBatch(
  { rows, until }: Pick<Taken<LeasedMirror>, 'rows' | 'until'>,
  lease: string,
  surroundings: MirrorSurroundings,
): Promise<{ settled: readonly SettledMirror[]; sign: BatchSign }> {
  const { configured, now, random, signal } = surroundings;
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
    settle(row, { status: 'pending', isThere: note.sent !== undefined, due_at, reason }, note);
  };
  const mustStop = (): boolean => signal.aborted || isQuiet(sign) || isNearlyOver(until, now());
  const putOff = ({ row }: Look): void =>
    wait(row, Math.max(0, (sign.throttled?.until ?? 0) - now()), undefined, noteOf(row));

  /** The list holds the person as it should. */
  function rest({ row, reason, again_at }: Look, note: MirrorNote, said = reason): void {
    const isAgain = again_at !== undefined;
    const status = isAgain ? 'pending' : 'done';
    settle(row, { status, isThere: true, reason: said, ...(isAgain && { due_at: again_at }) }, note);
  }

  /** What becomes of a row by the platform's word. */
  function settleBy({ look, sent }: Item, action: Action, outcome: Outcome): void {
    const { row, wish, noted } = look;
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
    // Put in or taken out, and nobody heard whether.
    const isUnsure = outcome.class === 'retry' && (action === 'remove' || note.sent === undefined);
    return wait(row, afterMs, why, {
      ...note,
      ...(isUnsure && { sent: { ...sent, isUnsure } }),
      tries: tries + spent,
    });
  }

  /** Notes what is sent before it leaves: an answer that is lost must leave nobody on a list, or off it, for ever. */
  async function noteSent(items: readonly Item[], action: Action): Promise<boolean> {
    const isNoted = ({ look }: Item): boolean => {
      const { sent: held } = noteOf(look.row);
      // What is held already stays known: written over once more, it comes to the same.
      return action === 'add' ? held !== undefined : held?.isUnsure === true;
    };
    const noted = items
      .filter((item) => !isNoted(item))
      .map(({ look: { row }, sent }) => ({
        environment: row.environment,
        person: row.person,
        destination: row.destination,
        list: row.list,
        note: JSON.parse(JSON.stringify({ ...noteOf(row), sent: { ...sent, isUnsure: true } })) as JsonObject,
      }));
    return noted.length === 0 || (await surroundings.store.noteMirrored({ lease, noted })) === noted.length;
  }

  const senderOf = ({ mirror, target, action }: Group) =>
    createSendInParts<Item>({
      mustStop,
      putOff: ({ look }) => putOff(look),
      async exchange(items) {
        if (!(await noteSent(items, action))) return undefined;
        sign.sent_at = now();
        const change = { action, entries: items.map(({ entry }) => entry) };
        return callDestination<Reading>(
          configured,
          surroundings,
          (access) => mirror.request(change, configured.settings, target, access),
          (answer) => mirror.read(answer, change, configured.settings),
        );
      },
      settle: (item, outcome) => settleBy(item, action, outcome),
      ask({ look: { row }, sent }, place, { ref, afterMs }) {
        sign.arrived = true;
        wait(row, afterMs, confirming, { ...noteOf(row), ask: { ref, place, action, sent } });
      },
      hasArrived: () => sign.arrived,
    });

  /** Returns the items that the platform knows, under its own ids; the others wait until it may know them. */
  async function find(mirror: AnyMirror, items: readonly Item[]): Promise<readonly Item[]> {
    const finder = mirror.find;
    if (!finder || mustStop()) return items;
    const entries = items.map(({ entry }) => entry);
    const { reading } = await callDestination(
      configured,
      surroundings,
      (access) => finder.request(entries, configured.settings, access),
      (answer) => finder.read(answer, entries),
    );
    if (!('found' in reading)) {
      const all = 'all' in reading ? reading.all : { class: 'retry' as const };
      for (const item of items) settleBy(item, 'add', all);
      return [];
    }
    return items.flatMap((item, place) => {
      const entry = reading.found[place] as JsonObject | undefined;
      if (entry) return [{ ...item, entry, sent: { ...item.sent, entry } }];
      const { row } = item.look;
      const note = noteOf(row);
      const { tries = 0 } = note;
      const afterMs = Math.min(dayMs, firstAskMs * 2 ** tries);
      wait(row, afterMs, 'not_there: the platform does not know this person yet', {
        ...note,
        tries: tries + 1,
      });
      return [];
    });
  }

  /** Asks what became of a request. Whatever it was, the row is compared anew: the person may have changed meanwhile. */
  async function confirm(mirror: AnyMirror, ref: string, looks: readonly Look[]): Promise<void> {
    const confirmation = mirror.confirm;
    if (!confirmation || mustStop()) return looks.forEach(putOff);
    const asks = looks.map(({ row }) => noteOf(row).ask);
    const { reading } = await callDestination<Reading>(
      configured,
      surroundings,
      (access) => confirmation.request(ref, configured.settings, access),
      (answer) =>
        confirmation.read(
          answer,
          asks.map((ask) => ask?.place ?? 0),
          configured.settings,
        ),
    );
    looks.forEach((look, place) => {
      const { row } = look;
      const [note, ask] = [noteOf(row), asks[place]];
      const outcome = 'ask' in reading ? undefined : 'each' in reading ? reading.each[place] : reading.all;
      if (!ask || !outcome || !['ok', 'duplicate', 'reject'].includes(outcome.class))
        // Asked again, and not sent again: the platform has it.
        return wait(row, 'ask' in reading ? reading.ask.afterMs : heldMs, confirming, note);
      const { sent, action } = ask;
      if (outcome.class === 'reject') return settleBy({ look, entry: sent.entry, sent }, action, outcome);
      showOutcome(sign, outcome, now());
      return wait(row, 0, outcome.detail, action === 'add' ? { ...look.noted, sent } : {});
    });
  }

  const looks = await readLooks(rows, surroundings);
  const looked = new Set(looks.map(({ row }) => row));
  for (const row of rows)
    if (!looked.has(row)) {
      const isThere = noteOf(row).sent !== undefined;
      settle(row, { status: 'failed', isThere, reason: noLists }, noteOf(row));
    }
  const asked = Map.groupBy(
    looks.filter(({ row }) => noteOf(row).ask),
    ({ row }) => noteOf(row).ask?.ref ?? '',
  );
  for (const [ref, those] of asked) {
    const [first] = those;
    if (first) await confirm(first.mirror, ref, those);
  }
  const groups = new Map<string, Group>();
  for (const look of looks) {
    const { row, mirror, wish, noted, waits, isGone = false } = look;
    if (noteOf(row).ask) continue;
    if (waits !== undefined) {
      wait(row, notMadeMs, waits, noteOf(row));
      continue;
    }
    if (isGone) {
      settle(row, { status: 'done', isThere: false }, {});
      continue;
    }
    const intent = decide(row, wish, mirror);
    if (intent.do === 'nothing') {
      const note = { ...noteOf(row), ...noted, tries: undefined };
      if (intent.isThere) rest(look, note);
      else settle(row, intent, note);
      continue;
    }
    const { do: action, entry, sent } = intent;
    const key = JSON.stringify([action, sent.target, mirror.title]);
    const group = groups.get(key) ?? { mirror, target: sent.target, action, items: [] };
    groups.set(key, group);
    group.items.push({ look, entry, sent });
  }
  for (const group of groups.values()) {
    const { mirror, action, items } = group;
    const send = senderOf(group);
    for (let from = 0; from < items.length; from += mirror.limits.perRequest) {
      const part = items.slice(from, from + mirror.limits.perRequest);
      await send(action === 'add' ? await find(mirror, part) : part);
    }
  }
  return { settled, sign };
}

const noLists =
  'unsupported: this destination has no such lists; name another one in the config, or remove the list there';
const confirming = 'confirming: the platform received it, and the relay asks for the outcome';

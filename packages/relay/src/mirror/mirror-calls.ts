import type { JsonObject } from '@tracklayer/core';
import type { AnyMirror, Reading } from '@tracklayer/destinations';
import { callDestination, isNearlyOver, type Calls } from '../deliver/call-destination.ts';
import { isQuiet, showOutcome } from '../deliver/pace.ts';
import { createSendInParts } from '../deliver/send-in-parts.ts';
import { dayMs } from '../store/days.ts';
import { noteOf, unsureUntilAnswered } from './decide.ts';
import type { Action, Item, MirroredRows } from './mirrored-rows.ts';
import type { Look, LookContext } from './read-looks.ts';

/** What a batch needs besides its rows. */
export type MirrorSurroundings = Calls & LookContext;

/** Items that go to one list, in or out. */
export interface Group {
  mirror: AnyMirror;
  target: JsonObject;
  action: Action;
  items: Item[];
}

/** The calls that bring one list to what it should hold. */
export interface MirrorCalls {
  /** Sends the items of one list, in or out, in requests that the platform takes. */
  send(group: Group): Promise<void>;
  /** Asks what became of a request. Whatever it was, the rows are compared anew: a person may have changed meanwhile. */
  confirm(mirror: AnyMirror, ref: string, looks: readonly Look[]): Promise<void>;
}

/** A platform that does not know a person yet is asked again after so long, then twice as long, up to a day. */
const firstAskMs = 600_000;
const heldMs = 60_000;
const confirming = 'confirming: the platform received it, and the relay asks for the outcome';

/** @param until - the lease's end, in milliseconds since 1970. */
export function createMirrorCalls(
  { sign, wait, putOff, settleBy }: MirroredRows,
  lease: string,
  until: number,
  surroundings: MirrorSurroundings,
): MirrorCalls {
  const { configured, now, signal } = surroundings;
  const mustStop = (): boolean => signal.aborted || isQuiet(sign) || isNearlyOver(until, now());

  /** Notes what is sent before it leaves: an answer that is lost must leave nobody on a list, or off it, for ever. */
  async function noteSent(items: readonly Item[], action: Action): Promise<boolean> {
    const noted = items.flatMap(({ look: { row, mirror }, sent }) => {
      const { environment, person, destination, list } = row;
      const note = noteOf(row);
      const unsure = unsureUntilAnswered(note.sent, { action, sent }, mirror);
      if (!unsure) return [];
      const clean = JSON.parse(JSON.stringify({ ...note, sent: unsure })) as JsonObject;
      return [{ environment, person, destination, list, note: clean }];
    });
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
      for (const item of items) settleBy(item, 'find', all);
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

  return {
    async send(group) {
      const { mirror, action, items } = group;
      const send = senderOf(group);
      for (let from = 0; from < items.length; from += mirror.limits.perRequest) {
        const part = items.slice(from, from + mirror.limits.perRequest);
        await send(action === 'add' ? await find(mirror, part) : part);
      }
    },
    confirm,
  };
}

import { meets } from '@tracklayer/core/adapter';
import type { JsonObject } from '@tracklayer/core';
import {
  mapPerson,
  refuse,
  type AnyMirror,
  type KnownPerson,
  type Mapped,
  type Outcome,
  type Reading,
} from '@tracklayer/destinations';
import type { AudienceRules } from '../audiences/rules.ts';
import { callDestination, type Calls } from '../deliver/call-destination.ts';
import type { Configured } from '../deliver/configured.ts';
import { knownOf } from '../deliver/known-of.ts';
import type { BatchSign } from '../deliver/pace.ts';
import { traitsList, type LeasedMirror, type SettledMirror } from '../store/mirrors.ts';
import type { Person } from '../store/people.ts';
import type { Taken } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import { computeTraits, type TraitRules } from '../traits/compute-traits.ts';
import { settleTraits } from '../traits/settle-traits.ts';
import { decide, noteOf, restOf, type MirrorNote } from './decide.ts';

/** What a batch needs besides its rows. */
export interface MirrorSurroundings extends Calls {
  store: Store;
  configured: Configured;
  audiences: AudienceRules;
  traits: TraitRules;
}

/** A row that something is sent of. */
interface Item {
  row: LeasedMirror;
  entry: JsonObject;
  of: string;
  /** How the list should hold the person; what it is told after a removal. */
  mapped: Mapped<object> | undefined;
  /** What is noted with the row when the platform took it. */
  noted: MirrorNote;
  /** Said with the row although it is done. */
  reason?: string | undefined;
}

const firstMs = 1_000;
const longestMs = 300_000;
const unknownThereMs = 600_000;
const heldMs = 60_000;
/** An answer may take ten seconds: nothing is begun that the lease would not see the end of. */
const marginMs = 15_000;
const dayMs = 86_400_000;

/** Brings the lists of one destination to what they should hold, for the rows of one lease. */
export async function mirrorBatch(
  { rows, until }: Pick<Taken<LeasedMirror>, 'rows' | 'until'>,
  surroundings: MirrorSurroundings,
): Promise<{ settled: readonly SettledMirror[]; sign: BatchSign }> {
  const { configured, now, random, signal } = surroundings;
  const settled: SettledMirror[] = [];
  const sign: BatchSign = { arrived: false, failed: false };

  const settle = (
    row: LeasedMirror,
    rest: Omit<SettledMirror, keyof typeof keysOf>,
    note: MirrorNote,
  ): void => {
    const { environment, person, destination, list } = row;
    const clean = JSON.parse(JSON.stringify(note)) as JsonObject;
    settled.push({ environment, person, destination, list, ...rest, note: clean });
  };
  const wait = (row: LeasedMirror, afterMs: number, reason: string | undefined, note: MirrorNote): void => {
    const due_at = Math.ceil(now() + afterMs);
    settle(row, { status: 'pending', isThere: noteOf(row).told !== undefined, due_at, reason }, note);
  };
  const mustStop = (): boolean =>
    signal.aborted || sign.held !== undefined || sign.throttled !== undefined || now() > until - marginMs;

  /** What becomes of a row by the platform's word. */
  function settleBy(item: Item, action: 'add' | 'remove', outcome: Outcome): void {
    const { row, entry, of, mapped, noted, reason } = item;
    const note = noteOf(row);
    const { tries = 0 } = note;
    const why = `${outcome.class}: ${outcome.detail ?? 'without a reason'}`;
    const kept = { ...note, ask: undefined };
    switch (outcome.class) {
      case 'ok':
      case 'duplicate':
        sign.arrived = true;
        if (action === 'add') {
          const told = { ...noted, told: noted.told ?? entry, of };
          return settle(row, { status: 'done', isThere: true, reason: outcome.detail ?? reason }, told);
        }
        // What is to be there in another form goes in next; who is out rests.
        if (mapped && 'payload' in mapped) return settle(row, { status: 'pending', isThere: false }, {});
        return settle(row, restOf(mapped), {});
      case 'reject':
        return settle(row, { status: 'failed', isThere: note.told !== undefined, reason: why }, kept);
      case 'retry': {
        sign.failed = true;
        const backoff = random() * Math.min(longestMs, firstMs * 2 ** tries);
        return wait(row, Math.max(outcome.afterMs ?? 0, backoff), why, { ...kept, tries: tries + 1 });
      }
      case 'throttle': {
        const later = outcome.afterMs === undefined ? sign.throttled?.until : now() + outcome.afterMs;
        sign.throttled = { until: later };
        return wait(row, outcome.afterMs ?? 0, why, kept);
      }
      default:
        if (outcome.class !== 'refresh_auth')
          sign.held = { class: outcome.class, detail: outcome.detail ?? '' };
        return wait(row, heldMs, why, kept);
    }
  }

  async function send(
    mirror: AnyMirror,
    target: object,
    action: 'add' | 'remove',
    items: readonly Item[],
  ): Promise<void> {
    if (items.length === 0) return;
    if (mustStop()) {
      for (const { row } of items)
        wait(row, Math.max(0, (sign.throttled?.until ?? 0) - now()), undefined, noteOf(row));
      return;
    }
    const change = { action, entries: items.map(({ entry }) => entry) };
    const { reading } = await callDestination<Reading>(
      configured,
      surroundings,
      (access) => mirror.request(change, configured.settings, target, access),
      (answer) => mirror.read(answer, change, configured.settings),
    );
    if ('ask' in reading) {
      sign.arrived = true;
      items.forEach(({ row, entry, of }, place) => {
        const ask = { ref: reading.ask.ref, place, action, entry, of };
        wait(
          row,
          reading.ask.afterMs,
          'confirming: the platform received it, and is asked what became of it',
          {
            ...noteOf(row),
            ask,
          },
        );
      });
    } else if ('each' in reading) {
      items.forEach((item, place) =>
        settleBy(
          item,
          action,
          reading.each[place] ?? { class: 'retry', detail: 'the answer has no word of it' },
        ),
      );
    } else if (reading.all.class === 'reject' && items.length > 1) {
      const bad = new Set(reading.culprits);
      const isNamed = bad.size > 0 && bad.size < items.length;
      const middle = Math.ceil(items.length / 2);
      const parts = isNamed
        ? [items.filter((_, place) => !bad.has(place))]
        : [items.slice(0, middle), items.slice(middle)];
      if (isNamed) items.forEach((item, place) => bad.has(place) && settleBy(item, action, reading.all));
      for (const part of parts) await send(mirror, target, action, part);
    } else for (const item of items) settleBy(item, action, reading.all);
  }

  /** Those that the platform knows, under its own ids; the others wait until it may know them. */
  async function find(mirror: AnyMirror, items: readonly Item[]): Promise<readonly Item[]> {
    const finder = mirror.find;
    if (!finder || items.length === 0 || mustStop()) return items;
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
      if (entry) return [{ ...item, entry, noted: { ...item.noted, told: entry } }];
      const { tries = 0 } = noteOf(item.row);
      const afterMs = Math.min(dayMs, unknownThereMs * 2 ** tries);
      wait(item.row, afterMs, 'not_there: the platform does not know this person yet', { tries: tries + 1 });
      return [];
    });
  }

  async function confirm(mirror: AnyMirror, ref: string, items: readonly Item[]): Promise<void> {
    const confirmation = mirror.confirm;
    if (!confirmation) return;
    const places = items.map(({ row }) => noteOf(row).ask?.place ?? 0);
    const { reading } = await callDestination<Reading>(
      configured,
      surroundings,
      (access) => confirmation.request(ref, configured.settings, access),
      (answer) => confirmation.read(answer, places, configured.settings),
    );
    items.forEach((item, place) => {
      const { row } = item;
      const action = noteOf(row).ask?.action ?? 'add';
      if ('ask' in reading)
        return wait(row, reading.ask.afterMs, 'confirming: it is still processed', noteOf(row));
      const outcome = 'each' in reading ? reading.each[place] : reading.all;
      const isFinal = outcome && ['ok', 'duplicate', 'reject'].includes(outcome.class);
      // Asked again, and not sent again: the platform has it.
      return isFinal
        ? settleBy(item, action, outcome)
        : wait(row, heldMs, 'confirming: it is asked again', noteOf(row));
    });
  }

  const lists = await readLists(rows, surroundings);
  for (const { mirror, target, looks } of lists) {
    const [asked, add, remove]: [Map<string, Item[]>, Item[], Item[]] = [new Map(), [], []];
    for (const { row, mapped, noted, reason } of looks) {
      const { ask } = noteOf(row);
      if (ask) {
        const item: Item = {
          row,
          entry: ask.entry,
          of: ask.of,
          mapped,
          noted: { ...noted, told: ask.entry },
        };
        asked.set(ask.ref, [...(asked.get(ask.ref) ?? []), item]);
        continue;
      }
      const intent = decide(row, mapped, mirror);
      if (intent.do === 'nothing')
        settle(
          row,
          { status: intent.status, isThere: intent.isThere, reason: intent.reason ?? reason },
          { ...noteOf(row), ...noted, told: noteOf(row).told, tries: undefined },
        );
      else (intent.do === 'add' ? add : remove).push({ row, ...intent, mapped, noted, reason });
    }
    for (const [ref, items] of asked) await confirm(mirror, ref, items);
    const { perRequest } = mirror.limits;
    for (const part of partsOf(remove, perRequest)) await send(mirror, target, 'remove', part);
    for (const part of partsOf(add, perRequest)) await send(mirror, target, 'add', await find(mirror, part));
  }
  return { settled, sign };
}

const keysOf = { environment: '', person: '', destination: '', list: '', note: {} };

/** Rows of one list, each with its person as the list should hold them. */
interface List {
  mirror: AnyMirror;
  target: object;
  looks: {
    row: LeasedMirror;
    mapped: Mapped<object> | undefined;
    noted: MirrorNote;
    reason?: string | undefined;
  }[];
}

/** Reads persons as they are now, and says how each list should hold them. */
async function readLists(
  rows: readonly LeasedMirror[],
  { store, configured, audiences, traits, now }: MirrorSurroundings,
): Promise<List[]> {
  const environment = rows[0]?.environment ?? '';
  const ids = rows.map(({ person }) => person.slice('u:'.length));
  const people = await store.people(
    environment,
    ids.map((user_id) => ({ user_id })),
  );
  const lists = new Map<string, List>();
  for (const [place, row] of rows.entries()) {
    const isTraits = row.list === traitsList;
    const rule = audiences.get(row.list)?.to.get(row.destination);
    const { destination } = configured;
    const mirror = isTraits ? destination.properties : (rule?.mirror ?? destination.audience);
    if (!mirror) continue;
    const list = lists.get(row.list) ?? { mirror, target: rule?.target ?? {}, looks: [] };
    lists.set(row.list, list);
    const person = people[place];
    const isIn = row.wanted === 'in' && person !== undefined && (isTraits || rule !== undefined);
    if (!isIn) list.looks.push({ row, mapped: undefined, noted: {} });
    else if (isTraits) {
      const names = await store.audiencesOf(environment, ids[place] ?? '');
      list.looks.push(lookOfTraits(row, person, names, mirror, { configured, traits, now }));
    } else {
      const known = knownOf(person);
      const isMet = whenOf(audiences, row.list, known);
      const mapped = isMet
        ? mapPerson(mirror, known, configured.settings, list.target, now())
        : refuse('unmet');
      list.looks.push({ row, mapped, noted: {} });
    }
  }
  return [...lists.values()];
}

function whenOf(audiences: AudienceRules, list: string, { traits = {} }: KnownPerson): boolean {
  const when = audiences.get(list)?.when;
  return when === undefined || meets(traits, when);
}

function lookOfTraits(
  row: LeasedMirror,
  person: Person,
  names: readonly string[],
  mirror: AnyMirror,
  { configured, traits, now }: Pick<MirrorSurroundings, 'configured' | 'traits' | 'now'>,
): List['looks'][number] {
  const computed = computeTraits(person, names, traits);
  const note = noteOf(row);
  const { traits: kept, changes, held } = settleTraits(computed.traits, note.traits, note.changes, now());
  const known = { ...knownOf(person), traits: kept };
  const mapped = mapPerson(mirror, known, configured.settings, {}, now());
  const failed = Object.entries(computed.failed).map(([name, why]) => `${name} ${why}`);
  const reason =
    held.length > 0
      ? `held: ${held.join(', ')} changed ten times today, and stays until tomorrow`
      : failed.length > 0
        ? `trait_failed: ${failed.join('; ')}`
        : undefined;
  const told = 'payload' in mapped ? (mapped.payload as JsonObject) : undefined;
  return { row, mapped, noted: { traits: kept, changes, told }, reason };
}

function* partsOf(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

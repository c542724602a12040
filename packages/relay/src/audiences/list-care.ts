import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@tracklayer/core';
import type {
  Access,
  DestinationAnswer,
  DestinationRequest,
  ListFacts,
  Outcome,
} from '@tracklayer/destinations';
import { callDestination, type Calls } from '../deliver/call-destination.ts';
import type { ChoreStore } from '../store/chores.ts';
import { dayMs } from '../store/days.ts';
import type { AudienceRules, AudienceTarget } from './rules.ts';

/** What is known of a list of a platform, besides its members. */
export interface ListRecord extends ListFacts {
  /** The id of a list that was made here. */
  made?: string | undefined;
  /** Why it could not be made or asked for. */
  problem?: string | undefined;
  /** When the platform was asked last, ISO-8601. */
  at: string;
}

/** Looks after lists as a whole: makes those that are missing, and asks once a day how large each is. */
export interface ListCare {
  /** A target with the id of its list; nothing while the list is not made yet. */
  targetOf(environment: string, audience: string, to: AudienceTarget): Promise<JsonObject | undefined>;
  /** What is known of the lists of an environment, by {@link listKey}. */
  recordsOf(environment: string): Promise<ReadonlyMap<string, ListRecord>>;
  /** Ends after the call in progress. */
  close(): Promise<void>;
}

export const listKey = (destination: string, audience: string): string => `${destination}/${audience}`;

interface CareContext extends Calls {
  store: ChoreStore;
  audiences: AudienceRules;
  onError: (error: unknown) => void;
}

/** A list of a platform that is looked after. */
interface Cared {
  chore: string;
  environment: string;
  audience: string;
  to: AudienceTarget;
}

/** What a list's chore remembers. */
interface Progress {
  /** The target that was given when the list was made: of another one, it is not the list. */
  given?: string | undefined;
  made?: JsonObject | undefined;
  facts?: ListFacts | undefined;
  problem?: string | undefined;
  at?: string | undefined;
}

const everyMs = 60_000;
/** A list that was just made is found, and takes members, after five seconds. */
const madeMs = 6_000;
/** A relay that starts has other things to do, and members are to arrive first. */
const firstMs = 600_000;
const brokenMs = 600_000;
const prefix = 'list/';

export function createListCare(context: CareContext): ListCare {
  const { store, audiences, now, signal, onError } = context;
  const cared: readonly Cared[] = [...audiences.values()].flatMap(({ name: audience, to }) =>
    [...to.values()].flatMap((target) =>
      target.mirror.lists
        ? target.configured.environments.map((environment) => ({
            chore: `${prefix}${environment}/${listKey(target.configured.name, audience)}`,
            environment,
            audience,
            to: target,
          }))
        : [],
    ),
  );
  const made = new Map<string, JsonObject>();
  let running: Promise<unknown> = Promise.resolve();
  let soon: NodeJS.Timeout | undefined;

  async function call<Read extends object>(
    { configured }: AudienceTarget,
    make: (access: Access) => DestinationRequest,
    read: (answer: DestinationAnswer) => Read | { all: Outcome },
  ): Promise<Read | { all: Outcome }> {
    const { reading } = await callDestination(configured, context, make, read);
    return reading as Read | { all: Outcome };
  }

  /** Finds a list by its name, or makes it. Returns its target, nothing when it is to be found by its name next. */
  async function provide({ audience, to }: Cared): Promise<{ made: object | undefined } | { all: Outcome }> {
    const { mirror, configured, target } = to;
    const { settings } = configured;
    const making = mirror.lists?.making;
    if (!making) return { all: { class: 'config', detail: 'no list can be made here' } };
    const name = (target as { name?: string }).name ?? audience;
    const known = await call(
      to,
      (access) => making.find(name, settings, target, access),
      (answer) => making.readFound(answer, name),
    );
    if ('all' in known) return known;
    if (known.found) return { made: known.found as object };
    return call<{ made: object | undefined }>(
      to,
      (access) => making.create(name, settings, target, access),
      (answer) => making.readMade(answer),
    );
  }

  /** One turn of a list's chore. Returns what it remembers, and when it is due again. */
  async function care(one: Cared, before: Progress): Promise<{ after: Progress; due_at: number }> {
    const { to } = one;
    const { mirror, configured, target } = to;
    const given = JSON.stringify(target);
    const isMaking = (target as { create?: boolean }).create === true;
    let known: Progress = before.given === given || !isMaking ? before : {};
    const failed = ({ class: kind, detail, afterMs = 0 }: Outcome) => ({
      after: { ...known, given, problem: `${kind}: ${detail ?? 'without a reason'}`, at: isoOf(now()) },
      due_at: now() + Math.max(kind === 'retry' || kind === 'throttle' ? everyMs : brokenMs, afterMs),
    });
    if (isMaking && !known.made) {
      const provided = await provide(one);
      if ('all' in provided) return failed(provided.all);
      const isFound = provided.made !== undefined;
      known = { given, ...(isFound && { made: provided.made as JsonObject }), at: isoOf(now()) };
      return { after: known, due_at: now() + (isFound ? firstMs : madeMs) };
    }
    if (before.given !== given) return { after: { ...known, given }, due_at: now() + firstMs };
    const measure = mirror.lists?.measure;
    if (!measure) return { after: known, due_at: now() + dayMs };
    const reading = await call<{ facts: ListFacts }>(
      to,
      (access) => measure.request(configured.settings, known.made ?? target, access),
      (answer) => measure.read(answer),
    );
    if ('all' in reading) return failed(reading.all);
    const { made: list } = known;
    return {
      after: { given, ...(list && { made: list }), facts: reading.facts, at: isoOf(now()) },
      due_at: now() + dayMs,
    };
  }

  async function look(): Promise<void> {
    for (const one of cared) {
      if (signal.aborted) return;
      const lease = randomUUID();
      const taken = await store.takeChore({ chore: one.chore, lease, now: now() });
      if (!taken) continue;
      const { after, due_at } = await care(one, taken.progress);
      const progress = JSON.parse(JSON.stringify(after)) as JsonObject;
      await store.settleChore({ chore: one.chore, lease, due_at, progress });
      if (due_at < now() + everyMs) soon ??= setTimeout(lookSoon, due_at - now() + 1).unref();
    }
  }
  const lookNext = (): void => {
    running = running.then(() => (signal.aborted ? undefined : look())).catch(onError);
  };
  const lookSoon = (): void => {
    soon = undefined;
    lookNext();
  };
  const timer = setInterval(lookNext, everyMs);
  timer.unref();
  if (cared.length > 0) lookNext();

  return {
    async targetOf(environment, audience, { configured, target }) {
      if ((target as { create?: boolean }).create !== true) return target as JsonObject;
      const chore = `${prefix}${environment}/${listKey(configured.name, audience)}`;
      const known = made.get(chore);
      if (known) return known;
      const progress: Progress = (await store.chores(chore)).get(chore) ?? {};
      if (!progress.made || progress.given !== JSON.stringify(target)) return undefined;
      made.set(chore, progress.made);
      return progress.made;
    },
    async recordsOf(environment) {
      const start = `${prefix}${environment}/`;
      const known = await store.chores(start);
      return new Map(
        [...known].flatMap(([chore, progress]) => {
          const { facts, made: list, problem, at }: Progress = progress;
          return at === undefined
            ? []
            : [[chore.slice(start.length), { ...facts, made: idOf(list), problem, at }] as const];
        }),
      );
    },
    async close() {
      clearInterval(timer);
      clearTimeout(soon);
      await running;
    },
  };
}

/** A made target has nothing but its id. */
const idOf = (target: JsonObject | undefined): string | undefined =>
  target && Object.values(target).find((id) => typeof id === 'string');
const isoOf = (time: number): string => new Date(time).toISOString();

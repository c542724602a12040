import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@tracklayer/core';
import type { AudienceRules, AudienceTarget } from '../audiences/rules.ts';
import type { Calls } from '../deliver/call-destination.ts';
import type { ChoreStore } from '../store/chores.ts';
import { careForList } from './care-for-list.ts';
import { listKey, recordOf, type ListRecord, type Progress } from './list-record.ts';

/** Looks after lists as a whole: makes those that are missing, and asks once a day how large each is. */
export interface ListCare {
  /** A target with the id of its list; nothing while the list is not made yet. */
  targetOf(environment: string, audience: string, to: AudienceTarget): Promise<JsonObject | undefined>;
  /** What is known of the lists of an environment, by {@link listKey}. */
  recordsOf(environment: string): Promise<ReadonlyMap<string, ListRecord>>;
  /** Ends after the call in progress. */
  close(): Promise<void>;
}

interface CareContext extends Calls {
  store: ChoreStore;
  audiences: AudienceRules;
  onError: (error: unknown) => void;
}

const everyMs = 60_000;
const prefixOf = (environment: string): string => `list/${environment}/`;
const choreOf = (environment: string, destination: string, audience: string): string =>
  prefixOf(environment) + listKey(destination, audience);

export function createListCare(context: CareContext): ListCare {
  const { store, audiences, now, signal, onError } = context;
  const cared = choresOf(audiences);
  const made = new Map<string, JsonObject>();
  let running: Promise<unknown> = Promise.resolve();
  let soon: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    for (const { chore, ...list } of cared) {
      if (signal.aborted) return;
      const lease = randomUUID();
      const taken = await store.takeChore({ chore, lease, now: now() });
      if (!taken) continue;
      const { after, due_at } = await careForList(list, taken.progress, context);
      const progress = JSON.parse(JSON.stringify(after)) as JsonObject;
      await store.settleChore({ chore, lease, due_at, progress });
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
      const chore = choreOf(environment, configured.name, audience);
      const known = made.get(chore);
      if (known) return known;
      const progress: Progress = (await store.chores(chore)).get(chore) ?? {};
      if (!progress.made || progress.given !== JSON.stringify(target)) return undefined;
      made.set(chore, progress.made);
      return progress.made;
    },
    async recordsOf(environment) {
      const prefix = prefixOf(environment);
      const records = new Map<string, ListRecord>();
      for (const [chore, progress] of await store.chores(prefix)) {
        const record = recordOf(progress);
        if (record) records.set(chore.slice(prefix.length), record);
      }
      return records;
    },
    async close() {
      clearInterval(timer);
      clearTimeout(soon);
      await running;
    },
  };
}

/** The lists that are looked after, by the name of their chore. */
const choresOf = (
  audiences: AudienceRules,
): readonly { chore: string; audience: string; to: AudienceTarget }[] =>
  [...audiences.values()].flatMap(({ name: audience, to: targets }) =>
    [...targets.values()].flatMap((to) =>
      to.mirror.lists
        ? to.configured.environments.map((environment) => ({
            chore: choreOf(environment, to.configured.name, audience),
            audience,
            to,
          }))
        : [],
    ),
  );

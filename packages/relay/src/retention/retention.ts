import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { RetentionSettings } from '../config/settings.ts';
import type { ChoreStore, RetentionRule } from '../store/chores.ts';
import { dayMs } from '../store/days.ts';

/** Days that things are kept; see `RetentionSettings`. */
export interface RetentionDays {
  events: number;
  identifies: number;
  reports: number;
  network: number;
}

const defaultDays: RetentionDays = { events: 400, identifies: 400, reports: 400, network: 30 };

/** Completes what a configuration says. */
export const daysOf = ({ events, identifies, reports, network }: RetentionSettings): RetentionDays => ({
  events: events ?? defaultDays.events,
  identifies: identifies ?? defaultDays.identifies,
  reports: reports ?? defaultDays.reports,
  network: network ?? defaultDays.network,
});

const chore = 'retention';
/** How often it is looked whether there is something to forget. */
const everyMs = 3_600_000;
/** How long one relay goes on before it asks for the chore again. */
const turnMs = 300_000;
const leaseMs = 2 * turnMs;

interface RetentionContext {
  store: ChoreStore;
  days: RetentionDays;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Asked between two slices. Default: never. */
  isStopped?: () => boolean;
}

/**
 * Forgets what is old enough, if no other relay is doing so and it is due. Goes slice by slice, and lets others have
 * their turn between two.
 *
 * @returns whether this relay did it.
 */
export async function forgetOld({
  store,
  days,
  now,
  isStopped = () => false,
}: RetentionContext): Promise<boolean> {
  const lease = randomUUID();
  const began = now();
  const taken = await store.takeChore({ chore, lease, now: began, leaseMs });
  if (!taken) return false;
  const isDone = await forgetUntil(() => isStopped() || now() > began + turnMs, { store, days, now });
  await store.settleChore({ chore, lease, due_at: isDone ? began + everyMs : now(), progress: {} });
  return true;
}

async function forgetUntil(isOver: () => boolean, { store, days, now }: RetentionContext): Promise<boolean> {
  for (const rule of rulesOf(await store.environments(), days, now())) {
    while (await store.forgetSome(rule)) {
      if (isOver()) return false;
      await setImmediate();
    }
  }
  return true;
}

const answerDays = 7;

function rulesOf(environments: readonly string[], days: RetentionDays, now: number): RetentionRule[] {
  const kept: Readonly<Record<RetentionRule['what'], number>> = {
    network: days.network,
    events: days.events,
    identifies: days.identifies,
    reports: days.reports,
    // Who did what to events is known as long as they are; a page of members that comes again, as long as a report.
    changes: days.events,
    syncs: days.reports,
    // What platforms answered, and what nobody took who should have heard it.
    answers: answerDays,
    notices: answerDays,
  };
  return environments.flatMap((environment) =>
    Object.entries(kept).map(([what, keptDays]) => ({
      environment,
      what: what as RetentionRule['what'],
      before: now - keptDays * dayMs,
    })),
  );
}

/** Looks after retention until it is stopped. Resolves when the turn in progress has ended. */
export function startRetention(
  context: RetentionContext,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let isStopped = false;
  const timer = setInterval(() => {
    running = running
      .then(() => (isStopped ? undefined : forgetOld({ ...context, isStopped: () => isStopped })))
      .catch(onError);
  }, 60_000);
  timer.unref();
  return async () => {
    isStopped = true;
    clearInterval(timer);
    await running;
  };
}

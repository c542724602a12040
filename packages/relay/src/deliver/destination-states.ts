import { dayMs, dayOf, keptDays } from '../store/days.ts';
import { queueOf } from '../store/deliveries.ts';
import type { QueueState } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import type { Configured } from './configured.ts';
import { healthOf, paceOf } from './pace.ts';

/** A destination as `GET /api/destinations` lists it (docs/wire.md W-42). */
export interface DestinationState {
  destination: string;
  title: string;
  state: string;
  version: string;
  sunset?: string;
  /** Why it takes no events, and since when. */
  detail?: string;
  since?: string;
  waits_until?: string;
  failures: number;
  in_flight: number;
  /** Of the last 90 days: planned = accepted + failed + skipped + pending. Controlled events count nowhere. */
  counts: { planned: number; accepted: number; failed: number; skipped: number; pending: number };
  /** When the first event that nobody has taken was due. */
  oldest_due_at?: string;
}

export interface StatesContext {
  store: Store;
  environment: string;
  destinations: readonly Configured[];
  /** Milliseconds since 1970. */
  now: () => number;
}

/** How each destination is, with what was planned for it; also those that the config no longer has, while events wait. */
export async function statesOf({
  store,
  environment,
  destinations,
  now,
}: StatesContext): Promise<DestinationState[]> {
  const since = dayOf(now() - (keptDays - 1) * dayMs);
  const counts = await store.deliveryCounts(environment, since);
  const countsOf = (name: string): DestinationState['counts'] => {
    const { planned = 0, accepted = 0, failed = 0, skipped = 0 } = counts.get(name) ?? {};
    return { planned, accepted, failed, skipped, pending: planned - accepted - failed - skipped };
  };
  const oldestOf = async (name: string): Promise<Pick<DestinationState, 'oldest_due_at'>> => {
    const oldest = await store.oldestDue(queueOf(environment, name));
    return oldest === undefined ? {} : { oldest_due_at: new Date(oldest).toISOString() };
  };
  const mine = destinations.filter((one) => one.environments.includes(environment));
  const known = await Promise.all(
    mine.map(async (one) => ({
      ...described(one, await store.queue(queueOf(environment, one.name))),
      counts: countsOf(one.name),
      ...(await oldestOf(one.name)),
    })),
  );
  const names = new Set(mine.map(({ name }) => name));
  const gone = [...counts.keys()].filter((name) => !names.has(name) && countsOf(name).pending > 0);
  const removed = await Promise.all(
    gone.map(async (name): Promise<DestinationState> => ({
      destination: name,
      title: name,
      state: 'removed',
      version: '',
      detail:
        'it is no longer in the config; its events wait until it is back, and events that are too old by then fail',
      failures: 0,
      in_flight: 0,
      counts: countsOf(name),
      ...(await oldestOf(name)),
    })),
  );
  return [...known, ...removed];
}

function described({ name, destination }: Configured, state: QueueState): Omit<DestinationState, 'counts'> {
  const { held, failures, not_before } = paceOf(state);
  return {
    destination: name,
    title: destination.title,
    state: healthOf(state),
    version: destination.api.version,
    ...(destination.api.sunset !== undefined && { sunset: destination.api.sunset }),
    ...(held && { detail: held.detail, since: new Date(held.since).toISOString() }),
    ...(not_before !== undefined && { waits_until: new Date(not_before).toISOString() }),
    failures,
    in_flight: state.leases.reduce((sum, { rows }) => sum + rows, 0),
  };
}

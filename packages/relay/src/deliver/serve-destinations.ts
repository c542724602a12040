import { recordChange } from '../changes/record-change.ts';
import type { Call } from '../operation.ts';
import { storeUnavailable } from '../problem.ts';
import { queueOf } from '../store/deliveries.ts';
import { mirrorQueueOf } from '../store/mirrors.ts';
import type { QueueState } from '../store/queue.ts';
import type { Configured } from './configured.ts';
import { healthOf, paceOf } from './pace.ts';
import { named } from './serve-deliveries.ts';

/** `GET /api/destinations`: how each is, over all relays of the database. */
export async function getDestinations({ store, environment, destinations }: Call): Promise<Response> {
  const mine = destinations.filter((one) => one.environments.includes(environment));
  const list = await Promise.all(
    mine.map(async (one) => described(one, await store.queue(queueOf(environment, one.name)))),
  );
  return Response.json({ destinations: list });
}

/** `POST /api/destinations/{destination}/pause` and `/resume`. Resuming also tries at once what was held. */
export async function pauseDestination(call: Call, paused: boolean): Promise<Response> {
  const { store, environment, destinations, params } = call;
  const one = named(destinations, environment, params['destination']);
  const change = (queue: string): Promise<QueueState> =>
    store.changeQueue(queue, (before) => ({ ...before, paused, ...(!paused && { pace: {} }) }));
  // Its events and its lists of people: who pauses a platform means both.
  const [state] = await Promise.all([
    change(queueOf(environment, one.name)),
    change(mirrorQueueOf(environment, one.name)),
  ]).catch((cause: unknown) => {
    throw storeUnavailable(cause);
  });
  await recordChange(call, {
    action: paused ? 'destination.paused' : 'destination.resumed',
    subject: one.name,
    detail: {},
  });
  return Response.json({ destinations: [described(one, state)] });
}

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
}

function described({ name, destination }: Configured, state: QueueState): DestinationState {
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

import { recordChange } from '../changes/record-change.ts';
import type { Call } from '../operation.ts';
import { storeUnavailable } from '../problem.ts';
import { queueOf } from '../store/deliveries.ts';
import { deletionQueueOf, mirrorQueueOf } from '../store/mirrors.ts';
import { statesOf } from './destination-states.ts';
import { named } from './serve-deliveries.ts';

/** `GET /api/destinations`: how each is, over all relays of the database. */
export async function getDestinations({ store, environment, destinations, now }: Call): Promise<Response> {
  return Response.json({ destinations: await statesOf({ store, environment, destinations, now }) });
}

/** `POST /api/destinations/{destination}/pause` and `/resume`. Resuming also tries at once what was held. */
export async function pauseDestination(call: Call, paused: boolean): Promise<Response> {
  const { store, environment, destinations, params, nudge, now } = call;
  const one = named(destinations, environment, params['destination']);
  const change = (queue: string): Promise<unknown> =>
    store.changeQueue(queue, (before) => ({ state: { ...before, paused, ...(!paused && { pace: {} }) } }));
  // Its events, its lists of people, and deletions: who pauses a platform means all of it.
  await Promise.all([
    change(queueOf(environment, one.name)),
    change(mirrorQueueOf(environment, one.name)),
    change(deletionQueueOf(environment, one.name)),
  ]).catch((cause: unknown) => {
    throw storeUnavailable(cause);
  });
  if (!paused) nudge(environment, now());
  await recordChange(call, {
    action: paused ? 'destination.paused' : 'destination.resumed',
    subject: one.name,
    detail: {},
  });
  const states = await statesOf({ store, environment, destinations: [one], now });
  return Response.json({ destinations: states.filter(({ destination }) => destination === one.name) });
}

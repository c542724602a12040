import { refusal } from '../problem.ts';
import type { DeliveryStore } from '../store/deliveries.ts';
import type { EventQuery, EventStore } from '../store/events.ts';
import { readAfter } from './read-after.ts';
import { readNumber } from './read-number.ts';

const defaultLimit = 50;
const maxLimit = 500;

/** `GET /api/events/{event_id}` (docs/wire.md W-30). */
export async function readEvent(store: EventStore, environment: string, event_id: string): Promise<Response> {
  const record = await store.event(environment, event_id);
  if (!record) throw refusal(404, 'not_found', 'no event of this environment has this event_id');
  return Response.json(record);
}

/** `GET /api/events?after=&limit=&event=&user_id=&status=&deliveries=true` (docs/wire.md W-31). */
export async function listEvents(
  store: EventStore & DeliveryStore,
  environment: string,
  query: URLSearchParams,
): Promise<Response> {
  const page = await store.events(environment, readQuery(query));
  if (query.get('deliveries') !== 'true') return Response.json(page);
  const ids = page.events.flatMap(({ event }) => event.event_id ?? []);
  const deliveries = await store.deliveriesByEvent(environment, ids);
  const events = page.events.map((one) => ({
    ...one,
    deliveries: deliveries.get(one.event.event_id ?? '') ?? [],
  }));
  return Response.json({ ...page, events });
}

function readQuery(query: URLSearchParams): EventQuery {
  const status = query.get('status') || undefined;
  if (status !== undefined && status !== 'accepted' && status !== 'rejected') {
    throw refusal(400, 'invalid_query', 'status is accepted or rejected');
  }
  return {
    after: readAfter(query),
    limit: readNumber(query, 'limit', maxLimit) ?? defaultLimit,
    event: query.get('event') || undefined,
    user_id: query.get('user_id') || undefined,
    status,
  };
}

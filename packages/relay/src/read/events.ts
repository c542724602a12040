import { refusal } from '../problem.ts';
import type { EventQuery, Store } from '../store/store.ts';
import { readNumber } from './read-number.ts';

const defaultLimit = 50;
const maxLimit = 500;

/** `GET /api/events/{event_id}` (docs/wire.md W-30). */
export async function readEvent(store: Store, environment: string, event_id: string): Promise<Response> {
  const record = await store.event(environment, event_id);
  if (!record) throw refusal(404, 'not_found', 'no event of this environment has this event_id');
  return Response.json({ ...record, deliveries: [] });
}

/** `GET /api/events?after=&limit=&event=&user_id=&status=` (docs/wire.md W-31). */
export async function listEvents(
  store: Store,
  environment: string,
  query: URLSearchParams,
): Promise<Response> {
  const page = await store.events(environment, readQuery(query));
  return Response.json({ ...page, next_cursor: page.next_cursor === null ? null : String(page.next_cursor) });
}

function readQuery(query: URLSearchParams): EventQuery {
  const status = query.get('status') || undefined;
  if (status !== undefined && status !== 'accepted' && status !== 'rejected') {
    throw refusal(400, 'invalid_query', 'status is accepted or rejected');
  }
  return {
    after: readNumber(query, 'after', Number.MAX_SAFE_INTEGER),
    limit: readNumber(query, 'limit', maxLimit) ?? defaultLimit,
    event: query.get('event') || undefined,
    user_id: query.get('user_id') || undefined,
    status,
  };
}

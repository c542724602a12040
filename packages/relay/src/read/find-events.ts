import { businessEventId } from '@tracklayer/core/adapter';
import { ofWebRequest, parseObject, readBody } from '@tracklayer/node/http-kit';
import type { Call } from '../operation.ts';
import { readEventSearch, type EventSearch } from './read-event-search.ts';
import { writeCursor } from '../store/cursor.ts';
import { dayMs } from '../store/days.ts';
import type { DeliveryRecord } from '../store/deliveries.ts';
import type { EventQuery, EventSummary } from '../store/events.ts';

/** An event with what became of it at each destination. */
export type FoundEvent = EventSummary & { deliveries: readonly DeliveryRecord[] };

/** A page of events that were looked for (docs/wire.md W-57). */
export interface FoundEvents {
  events: readonly FoundEvent[];
  /** Where to go on; there may be more even where this page is short, or empty. `null` when all were looked through. */
  next_cursor: string | null;
  /** How many events were looked through for this page. */
  looked_at: number;
}

const pageSize = 500;
/** No index finds a source or a delivery's reason: so many events are looked through, and the caller asks for more. */
const mostLookedAt = 5_000;

/**
 * `POST /api/events/find` (docs/wire.md W-57). A POST, so that what is looked for stands in no address.
 *
 * @throws 422 `invalid_query` for a filter that cannot be one.
 */
export async function findEvents({ request, store, environment }: Call): Promise<Response> {
  const search = readEventSearch(parseObject(await readBody(ofWebRequest(request)), '{ "id": "ord_10492" }'));
  const { source, destination, delivery, reason, limit } = search;
  const query: EventQuery = { ...indexed(search), limit: pageSize };
  const isPlain = [source, destination, delivery, reason].every((filter) => filter === undefined);
  const found: FoundEvent[] = [];
  let looked_at = 0;
  const from = search.day === undefined ? -Infinity : Date.parse(search.day);
  // Before every id of the next day's first millisecond.
  let after = search.after ?? (search.day && writeCursor({ at: from + dayMs, id: '-' }));
  for (;;) {
    const page = await store.events(environment, { ...query, after, limit: isPlain ? limit : pageSize });
    const ids = page.events.flatMap(({ event }) => event.event_id ?? []);
    const deliveries = await store.deliveriesByEvent(environment, ids);
    for (const summary of page.events) {
      if (Date.parse(summary.received_at) < from)
        return answer({ events: found, next_cursor: null, looked_at });
      looked_at++;
      const event = { ...summary, deliveries: deliveries.get(summary.event.event_id ?? '') ?? [] };
      if (!passes(event, search)) continue;
      found.push(event);
      if (found.length === limit) {
        const isLast = page.next_cursor === null && summary === page.events.at(-1);
        const cursor = { at: Date.parse(summary.received_at), id: summary.event.event_id ?? '' };
        return answer({ events: found, next_cursor: isLast ? null : writeCursor(cursor), looked_at });
      }
    }
    if (page.next_cursor === null || looked_at >= mostLookedAt)
      return answer({ events: found, next_cursor: page.next_cursor, looked_at });
    after = page.next_cursor;
  }
}

const answer = (found: FoundEvents): Response => Response.json(found);

const indexed = ({ id, event, user_id, status }: EventSearch): Omit<EventQuery, 'limit'> => ({
  event,
  user_id,
  status,
  id: id === undefined ? undefined : { event_ids: [...new Set([id, encoded(id)])], user_id: id },
});

/** As ids of events have it: a business id with a space in it is written otherwise (docs/wire.md W-6). */
function encoded(id: string): string {
  const made = businessEventId('purchase', { order_id: id }, undefined, undefined);
  return 'id' in made ? made.id.slice(0, -'_purchase'.length) : id;
}

function passes(
  { event, errors = [], deliveries }: FoundEvent,
  { source, destination, delivery, reason }: EventSearch,
): boolean {
  if (source !== undefined && event.source !== source) return false;
  if (destination === undefined && delivery === undefined) {
    if (reason === undefined || errors.some(({ code }) => code === reason)) return true;
  }
  return deliveries.some(
    (one) =>
      (destination === undefined || one.destination === destination) &&
      (delivery === undefined || one.status === delivery) &&
      (reason === undefined || one.reason === reason || one.reason?.startsWith(`${reason}:`) === true),
  );
}

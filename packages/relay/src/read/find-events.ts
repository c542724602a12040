import { businessEventId } from '@tracklayer/core/adapter';
import { ofWebRequest, parseObject, readBody } from '@tracklayer/node/http-kit';
import type { Call } from '../operation.ts';
import { refusal } from '../problem.ts';
import { readSince } from './read-since.ts';
import { readCursor, writeCursor } from '../store/cursor.ts';
import { dayMs } from '../store/days.ts';
import type { DeliveryRecord, DeliveryStatus } from '../store/deliveries.ts';
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

/** `POST /api/events/find`: all of these hold for what is found. */
export interface EventSearch {
  /** An `event_id`, the business id that one begins with (such as an `order_id`), or a `user_id`. */
  id?: string | undefined;
  event?: string | undefined;
  user_id?: string | undefined;
  /** Such as `heap` or `server`. */
  source?: string | undefined;
  status?: 'accepted' | 'rejected' | undefined;
  /** With a delivery to it. */
  destination?: string | undefined;
  /** With a delivery of this status. */
  delivery?: DeliveryStatus | undefined;
  /** Rejected for this reason, such as `missing`; or with a delivery of it: its stable word, such as `consent_denied`. */
  reason?: string | undefined;
  /** That came on this UTC day: `2026-11-23`. */
  day?: string | undefined;
  /** A `next_cursor`. */
  after?: string | undefined;
  /** Default `50`, at most `500`. */
  limit?: number | undefined;
}

const [defaultLimit, maxLimit] = [50, 500];
const pageSize = 500;
/** No index finds a source or a delivery's reason: so many events are looked through, and the caller asks for more. */
const mostLookedAt = 5_000;

/**
 * `POST /api/events/find` (docs/wire.md W-57). A POST, so that what is looked for stands in no address.
 *
 * @throws 422 `invalid_query` for a filter that cannot be one.
 */
export async function findEvents({ request, store, environment }: Call): Promise<Response> {
  const search = readSearch(parseObject(await readBody(ofWebRequest(request)), '{ "id": "ord_10492" }'));
  const { source, destination, delivery, reason, limit = defaultLimit } = search;
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
  id: id === undefined ? undefined : encoded(id),
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

const texts = ['id', 'event', 'user_id', 'source', 'destination', 'reason', 'day', 'after'] as const;
const choices = {
  status: ['accepted', 'rejected'],
  delivery: ['pending', 'accepted', 'failed', 'skipped'],
} as const;

function readSearch(body: Readonly<Record<string, unknown>>): EventSearch {
  const invalid = (detail: string) => refusal(422, 'invalid_query', detail);
  const search: Record<string, unknown> = {};
  for (const name of texts) {
    const value = body[name];
    if (value === undefined || value === '') continue;
    if (typeof value !== 'string') throw invalid(`${name} must be text`);
    search[name] = value;
  }
  for (const [name, words] of Object.entries(choices)) {
    const value = body[name];
    if (value === undefined || value === '') continue;
    if (!words.some((word) => word === value)) throw invalid(`${name} must be one of ${words.join(', ')}`);
    search[name] = value;
  }
  const { limit = defaultLimit } = body;
  if (!Number.isInteger(limit) || Number(limit) < 1 || Number(limit) > maxLimit)
    throw invalid(`limit must be a whole number from 1 to ${maxLimit}`);
  if (typeof search['day'] === 'string' && readSince(search['day'], 0) !== search['day'])
    throw invalid('day must be a UTC day, such as 2026-11-23');
  if (typeof search['after'] === 'string' && !readCursor(search['after']))
    throw invalid('after must be a next_cursor of an earlier page');
  return { ...search, limit: Number(limit) };
}

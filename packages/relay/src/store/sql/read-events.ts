import { readCursor } from '../cursor.ts';
import type { EventPage, EventQuery, EventSummary } from '../events.ts';
import { userKey } from '../person-key.ts';
import { cutPage } from './cut-page.ts';
import type { Row, Sql, SqlValue } from './sql.ts';
import { selectEvents, storedOf } from './write-events.ts';

/** Reads events by their ids. */
export async function readEvents(
  sql: Sql,
  environment: string,
  event_ids: readonly string[],
): Promise<EventSummary[]> {
  const rows = await sql.each(
    selectEvents,
    [...new Set(event_ids)].map((event_id) => ({ environment, event_id })),
  );
  return rows.map(summaryOf);
}

/** Reads a page of events, newest arrival first (docs/wire.md W-31). */
export async function listEvents(sql: Sql, environment: string, query: EventQuery): Promise<EventPage> {
  const { after, limit, event, user_id, status } = query;
  const values: SqlValue[] = [environment];
  const value = (given: SqlValue): string => `$${values.push(given)}`;
  // Each set of filters is read by an index that ends in the order of arrival, however many events there are.
  const filters = [
    'environment = $1',
    ...(event === undefined ? [] : [`event = ${value(event)}`]),
    ...(user_id === undefined ? [] : [`person = ${value(userKey(user_id))}`]),
    ...(status === undefined ? [] : [status === 'rejected' ? "status = 'rejected'" : "status = 'accepted'"]),
  ];
  const from = after === undefined ? undefined : readCursor(after);
  if (from) filters.push(`(received_at, event_id) < (${value(from.at)}, ${value(from.id)})`);
  const rows = await sql.all(
    `SELECT * FROM events WHERE ${filters.join(' AND ')}
     ORDER BY received_at DESC, event_id DESC LIMIT ${value(limit + 1)}`,
    values,
  );
  const page = cutPage(rows, limit, { at: 'received_at', id: 'event_id' });
  return { events: page.rows.map(summaryOf), next_cursor: page.next_cursor };
}

function summaryOf(row: Row): EventSummary {
  const stored = storedOf(row);
  return {
    event: stored.event,
    status: stored.status,
    received_at: new Date(stored.received_at).toISOString(),
    client_occurred_at: stored.client_occurred_at ?? undefined,
    copies: stored.copies,
    conflicts: stored.conflicts,
    conflict_fields: stored.conflict_fields.length > 0 ? stored.conflict_fields : undefined,
    later_copies:
      stored.later_copies.length > 0
        ? stored.later_copies.map((copy) => ({
            ...copy,
            received_at: new Date(copy.received_at).toISOString(),
          }))
        : undefined,
    errors: stored.errors ?? undefined,
    erased_at: stored.erased_at === null ? undefined : new Date(stored.erased_at).toISOString(),
  };
}

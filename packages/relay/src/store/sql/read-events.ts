import { readCursor } from '../cursor.ts';
import type { EventPage, EventQuery, EventSummary } from '../events.ts';
import { userKey } from '../person-key.ts';
import { cutPage } from './cut-page.ts';
import { newValues, type Part } from './parts.ts';
import type { Row, Sql } from './sql.ts';
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
  const { id, limit } = query;
  const rows =
    id === undefined ? await select(sql, environment, query) : await selectById(sql, environment, query, id);
  const page = cutPage(rows, limit, { at: 'received_at', id: 'event_id' });
  return { events: page.rows.map(summaryOf), next_cursor: page.next_cursor };
}

/** Ids that begin alike; more of them name nothing in particular. */
const mostAlike = 1_000;

/** Each set of filters is read by an index that ends in the order of arrival, however many events there are. */
function select(sql: Sql, environment: string, query: EventQuery, ids?: Part): Promise<readonly Row[]> {
  const { after, limit, event, user_id, status } = query;
  const values = newValues();
  const inEnvironment = `environment = ${values.add(environment)}`;
  // Ordered by their key first, since a walk in the order of arrival could look for a few ids among all events.
  const events =
    ids === undefined
      ? 'events'
      : `(SELECT * FROM events WHERE ${inEnvironment} AND ${ids(values)}
          ORDER BY environment, event_id LIMIT ${mostAlike}) AS events`;
  const filters = [
    inEnvironment,
    ...(event === undefined ? [] : [`event = ${values.add(event)}`]),
    ...(user_id === undefined ? [] : [`person = ${values.add(userKey(user_id))}`]),
    ...(status === undefined ? [] : [status === 'rejected' ? "status = 'rejected'" : "status = 'accepted'"]),
  ];
  const from = after === undefined ? undefined : readCursor(after);
  if (from) filters.push(`(received_at, event_id) < (${values.add(from.at)}, ${values.add(from.id)})`);
  return sql.all(
    `SELECT * FROM ${events} WHERE ${filters.join(' AND ')}
     ORDER BY received_at DESC, event_id DESC LIMIT ${values.add(limit + 1)}`,
    values.list,
  );
}

/** Questions of one index each; a single one with OR would be a walk through all events. */
async function selectById(
  sql: Sql,
  environment: string,
  query: EventQuery,
  { event_ids, user_id }: NonNullable<EventQuery['id']>,
): Promise<readonly Row[]> {
  const parts = event_ids.flatMap((id): Part[] => [
    (values) => `event_id = ${values.add(id)}`,
    // `/` is the character after `.`, and a backtick the one after `_`.
    between(`${id}.`, `${id}/`),
    between(`${id}_`, `${id}\``),
  ]);
  const rows: Row[] = [];
  for (const part of parts) rows.push(...(await select(sql, environment, query, part)));
  if (query.user_id === undefined || query.user_id === user_id)
    rows.push(...(await select(sql, environment, { ...query, user_id })));
  const byId = new Map(rows.map((row) => [row['event_id'], row]));
  return [...byId.values()].toSorted(
    (a, b) =>
      Number(b['received_at']) - Number(a['received_at']) ||
      (String(a['event_id']) < String(b['event_id']) ? 1 : -1),
  );
}

const between =
  (from: string, to: string): Part =>
  (values) =>
    `event_id >= ${values.add(from)} AND event_id < ${values.add(to)}`;

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

import type { DeliveryPage, DeliveryQuery, ReplayRequest } from '../deliveries.ts';
import { queueOf } from '../deliveries.ts';
import { recordOf } from './plan-deliveries.ts';
import { counted } from './lease-deliveries.ts';
import type { Sql, SqlValue } from './sql.ts';
import { countSettled, countSteps } from './steps.ts';

/** Reads a page of deliveries, by the event's id. */
export async function listDeliveries(
  sql: Sql,
  environment: string,
  { status, destination, reason, after, limit }: DeliveryQuery,
): Promise<DeliveryPage> {
  const values: SqlValue[] = [environment];
  const value = (given: SqlValue): string => `$${values.push(given)}`;
  const filters = [
    'environment = $1',
    ...(status === undefined ? [] : [`status = ${value(status)}`]),
    ...(destination === undefined ? [] : [`destination = ${value(destination)}`]),
    ...(reason === undefined ? [] : [hasReason(reason, value)]),
    ...(after === undefined ? [] : [`event_id > ${value(after)}`]),
  ];
  const rows = await sql.all(
    `SELECT * FROM deliveries WHERE ${filters.join(' AND ')} ORDER BY event_id, destination LIMIT ${value(limit)}`,
    values,
  );
  const last = rows.length < limit ? undefined : rows.at(-1);
  // An event's rows are never cut by the end of a page: the cursor is its id.
  const whole = last ? rows.filter((row) => row['event_id'] !== last['event_id']) : rows;
  const shown = whole.length > 0 ? whole : rows;
  return {
    deliveries: shown.map((row) => ({
      event_id: String(row['event_id']),
      planned_at: new Date(Number(row['planned_at'])).toISOString(),
      ...recordOf(row),
    })),
    next_cursor: last ? String(shown.at(-1)?.['event_id']) : null,
  };
}

const hasReason = (reason: string, value: (given: SqlValue) => string): string =>
  `(reason = ${value(reason)} OR reason LIKE ${value(`${reason.replace(/[\\%_]/g, '\\$&')}:%`)} ESCAPE '\\')`;

/** Counts what {@link replayAll} would change. */
export async function countReplay(sql: Sql, request: ReplayRequest): Promise<number> {
  const values: SqlValue[] = [];
  const from = request.status === 'never' ? never(request, values) : final(request, values);
  const [row] = await sql.all(`SELECT count(*) AS count ${from}`, values);
  return Number(row?.['count'] ?? 0);
}

const slice = 500;

/** Changes slice by slice, so that nobody waits long for the database. */
export async function replayAll(
  write: <Result>(work: (sql: Sql) => Promise<Result>) => Promise<Result>,
  request: ReplayRequest,
): Promise<number> {
  let changed = 0;
  for (;;) {
    const count = await write((sql) =>
      request.status === 'never' ? planSlice(sql, request) : replaySlice(sql, request),
    );
    changed += count;
    if (count < slice) return changed;
  }
}

async function replaySlice(sql: Sql, request: ReplayRequest): Promise<number> {
  const { environment, destination, now } = request;
  const values: SqlValue[] = [];
  const rows = await sql.all(
    `SELECT ${counted}, event_id ${final(request, values)} LIMIT ${slice} ${sql.forUpdate}`,
    values,
  );
  // What is pending again is not final any more.
  await countSettled(sql, rows, -1);
  for (const { event_id = '' } of rows)
    await sql.all(
      `UPDATE deliveries SET status = 'pending', due_at = $4, reason = NULL, note = NULL, lease = NULL, changed_at = $4
       WHERE environment = $1 AND event_id = $2 AND destination = $3`,
      [environment, event_id, destination, now],
    );
  return rows.length;
}

async function planSlice(sql: Sql, request: ReplayRequest): Promise<number> {
  const { environment, destination, now } = request;
  const values: SqlValue[] = [];
  const rows = await sql.all(
    `SELECT events.event_id, events.event, events.person ${never(request, values)} ORDER BY events.received_at, events.event_id LIMIT ${slice}`,
    values,
  );
  for (const { event_id = '', event = null, person = null } of rows)
    await sql.all(
      `INSERT INTO deliveries (environment, event_id, event, destination, queue, person, status, planned_at, due_at, changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $7, $7) ON CONFLICT DO NOTHING`,
      [environment, event_id, event, destination, queueOf(environment, destination), person, now],
    );
  const planned = rows.map(({ event }) => ({
    environment,
    at: now,
    event: String(event),
    step: 'planned' as const,
    name: destination,
  }));
  await countSteps(sql, planned);
  return rows.length;
}

function final(
  { environment, destination, status, reason, since, events }: ReplayRequest,
  values: SqlValue[],
): string {
  const value = (given: SqlValue): string => `$${values.push(given)}`;
  return [
    `FROM deliveries WHERE environment = ${value(environment)} AND destination = ${value(destination)}`,
    `status = ${value(status)} AND planned_at >= ${value(since)}`,
    ...(reason === undefined ? [] : [hasReason(reason, value)]),
    ...(events === undefined ? [] : [`event IN (${events.map(value).join(', ')})`]),
  ].join(' AND ');
}

function never({ environment, destination, since, events = [] }: ReplayRequest, values: SqlValue[]): string {
  const value = (given: SqlValue): string => `$${values.push(given)}`;
  const names = events.length > 0 ? `AND events.event IN (${events.map(value).join(', ')})` : '';
  return `FROM events WHERE events.environment = ${value(environment)} AND events.received_at >= ${value(since)}
    AND events.status = 'accepted' AND events.erased_at IS NULL ${names}
    AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.environment = events.environment
      AND deliveries.event_id = events.event_id AND deliveries.destination = ${value(destination)})`;
}

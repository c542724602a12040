import type { ReplayRequest } from '../deliveries.ts';
import { queueOf } from '../deliveries.ts';
import { counted } from './lease-deliveries.ts';
import { hasReason } from './list-deliveries.ts';
import { newValues, partsOf, type Part, type Values } from './parts.ts';
import { plan } from './plan-deliveries.ts';
import { forEach, type Row, type Sql } from './sql.ts';
import { countSettled, countSteps } from './steps.ts';

/** Rows that one transaction changes. */
const slice = 500;

const again = forEach(
  { environment: 'text', event_id: 'text', destination: 'text', now: 'integer' },
  (input) => `
  UPDATE deliveries SET status = 'pending', due_at = input.now, reason = NULL, note = NULL, lease = NULL,
    changed_at = input.now
  FROM ${input} WHERE deliveries.environment = input.environment AND deliveries.event_id = input.event_id
    AND deliveries.destination = input.destination`,
);

/** Counts what {@link replayAll} would change. */
export async function countReplay(sql: Sql, request: ReplayRequest): Promise<number> {
  let count = 0;
  for await (const part of partsFor(sql, request)) {
    const values = newValues();
    const [row] = await sql.all(`SELECT count(*) AS count ${wanted(request, part, values)}`, values.list);
    count += Number(row?.['count'] ?? 0);
  }
  return count;
}

/** Changes slice by slice, so that nobody waits long for the database. */
export async function replayAll(
  sql: Sql,
  write: <Result>(work: (sql: Sql) => Promise<Result>) => Promise<Result>,
  request: ReplayRequest,
): Promise<number> {
  const change = request.status === 'never' ? planSlice : replaySlice;
  let changed = 0;
  for await (const part of partsFor(sql, request)) {
    for (;;) {
      const done = await write((writing) => change(writing, request, part));
      changed += done.changed;
      if (done.found < slice) break;
    }
  }
  return changed;
}

/** What one transaction found to do, and did: another replay may have been there meanwhile. */
interface Slice {
  found: number;
  changed: number;
}

async function replaySlice(sql: Sql, request: ReplayRequest, part: Part): Promise<Slice> {
  const { environment, destination, now } = request;
  const values = newValues();
  const rows = await sql.all(
    `SELECT ${counted}, event_id ${wanted(request, part, values)} LIMIT ${slice} ${sql.forUpdate}`,
    values.list,
  );
  // What is pending again is not final any more.
  await countSettled(sql, rows, -1);
  await sql.each(
    again,
    rows.map((row) => ({ environment, event_id: idOf(row), destination, now })),
  );
  return { found: rows.length, changed: rows.length };
}

async function planSlice(sql: Sql, request: ReplayRequest, part: Part): Promise<Slice> {
  const { environment, destination, now } = request;
  const values = newValues();
  const rows = await sql.all(
    `SELECT events.event_id, events.event, events.person ${wanted(request, part, values)} LIMIT ${slice}`,
    values.list,
  );
  const written = await sql.each(
    plan,
    rows.map((row) => ({
      environment,
      event_id: idOf(row),
      destination,
      event: row['event'] ?? null,
      queue: queueOf(environment, destination),
      person: row['person'] ?? null,
      planned_at: now,
      due_at: now,
    })),
  );
  const planned = written.map(({ event }) => ({
    environment,
    at: now,
    event: String(event),
    step: 'planned' as const,
    name: destination,
  }));
  await countSteps(sql, planned);
  return { found: rows.length, changed: written.length };
}

const idOf = (row: Row): string => String(row['event_id']);

/** The rows to look through: deliveries by their key, or for what never was planned the events since a time. */
const partsFor = (sql: Sql, { environment, status, since }: ReplayRequest): AsyncGenerator<Part> =>
  partsOf(
    sql,
    status === 'never'
      ? { table: 'events', columns: ['received_at', 'event_id'], environment, after: [since, ''] }
      : { table: 'deliveries', columns: ['event_id', 'destination'], environment, after: ['', ''] },
  );

function wanted(
  { destination, status, reason, since, events = [] }: ReplayRequest,
  part: Part,
  values: Values,
): string {
  const table = status === 'never' ? 'events' : 'deliveries';
  const those = [
    part(values),
    ...(events.length > 0
      ? [`${table}.event IN (${events.map((name) => values.add(name)).join(', ')})`]
      : []),
  ];
  if (status === 'never') {
    those.push(
      `events.status = 'accepted' AND events.erased_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.environment = events.environment
         AND deliveries.event_id = events.event_id AND deliveries.destination = ${values.add(destination)})`,
    );
  } else {
    those.push(
      `destination = ${values.add(destination)} AND status = ${values.add(status)} AND planned_at >= ${values.add(since)}`,
      ...(reason === undefined ? [] : [hasReason(reason, values)]),
    );
  }
  return `FROM ${table} WHERE ${those.join(' AND ')}`;
}

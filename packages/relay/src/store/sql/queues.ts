import type { JsonObject } from '@tracklayer/core';
import {
  defaultLeaseMs,
  type LeasedDelivery,
  type NoteRequest,
  type Permit,
  type QueueState,
  type SettleRequest,
  type TakenDeliveries,
  type TakeRequest,
} from '../deliveries.ts';
import { countSettled } from './steps.ts';
import { forEach, keyOf, sortedByKey, type Row, type Sql } from './sql.ts';

const key = { environment: 'text', event_id: 'text', destination: 'text' } as const;
const isSame = Object.keys(key)
  .map((name) => `deliveries.${name} = input.${name}`)
  .join(' AND ');
// A leased row is one that is due when its lease ends: nothing else has to look for leases of the dead.
const lease = forEach(
  { ...key, lease: 'text', until: 'integer' },
  (input) => `
  UPDATE deliveries SET lease = input.lease, due_at = input.until, attempts = deliveries.attempts + 1
  FROM ${input} WHERE ${isSame}`,
);
/** What counting a settled row takes. */
export const counted =
  'deliveries.environment, deliveries.event, deliveries.destination, deliveries.planned_at, deliveries.status, deliveries.reason';
const settle = forEach(
  {
    ...key,
    lease: 'text',
    status: 'text',
    due_at: 'integer',
    reason: 'text',
    destination_ref: 'text',
    note: 'text',
    changed_at: 'integer',
  },
  (input) => `
  UPDATE deliveries SET lease = NULL, status = input.status, due_at = input.due_at, reason = input.reason,
    destination_ref = input.destination_ref, note = input.note, changed_at = input.changed_at
  FROM ${input} WHERE ${isSame} AND deliveries.lease = input.lease
  RETURNING ${counted}`,
);
const note = forEach(
  { ...key, lease: 'text', note: 'text' },
  (input) => `
  UPDATE deliveries SET note = input.note
  FROM ${input} WHERE ${isSame} AND deliveries.lease = input.lease
  RETURNING deliveries.event_id`,
);
const selectDue = `
  SELECT * FROM deliveries WHERE queue = $1 AND status = 'pending' AND due_at <= $2
  ORDER BY due_at, event_id LIMIT $3 OFFSET $4`;
// By the lease alone: a plan by the due time would read every row that waits for its turn.
const selectLeased = 'SELECT person, due_at FROM deliveries WHERE queue = $1 AND lease IS NOT NULL';
const selectNext = `
  SELECT due_at FROM deliveries WHERE queue = $1 AND status = 'pending' AND due_at > $2 ORDER BY due_at LIMIT 1`;

const emptyState: QueueState = { paused: false, leases: [], pace: {} };

/** Leases due rows of one queue, under the lock of its state row. */
export async function takeDeliveries(sql: Sql, request: TakeRequest): Promise<TakenDeliveries> {
  const { queue, now, limit, permit = () => ({ rows: limit }) } = request;
  const until = now + (request.leaseMs ?? defaultLeaseMs);
  const state = withoutEnded(await lockState(sql, queue), now);
  const permitted: Permit = state.paused ? { rows: 0 } : permit(state);
  const room = Math.min(limit, permitted.rows);
  const { rows, isMore } =
    room > 0 ? await findDue(sql, { queue, now, limit: room }) : { rows: [], isMore: false };
  const next = isMore ? now : await nextDue(sql, queue, now);
  if (rows.length === 0) return { rows, state, until, next_due_at: next };

  const changed: QueueState = {
    ...(permitted.stateAfter?.(rows.length) ?? state),
    leases: [...state.leases, { lease: request.lease, until, rows: rows.length }],
  };
  await sql.each(
    lease,
    sortedByKey(new Map(rows.map((row) => [keyOf(row.event_id, row.destination), keysOf(row)]))).map(
      (row) => ({
        ...row,
        lease: request.lease,
        until,
      }),
    ),
  );
  await writeState(sql, queue, changed);
  return { rows, state: changed, until, next_due_at: next };
}

/** Writes notes of leased rows, which stay leased. */
export async function noteDeliveries(sql: Sql, { lease: holder, noted }: NoteRequest): Promise<number> {
  const rows = noted.map(({ note: text, ...id }) => ({
    ...id,
    lease: holder,
    note: text ? JSON.stringify(text) : null,
  }));
  const ordered = sortedByKey(new Map(rows.map((row) => [keyOf(row.event_id, row.destination), row])));
  return (await sql.each(note, ordered)).length;
}

/** Settles leased rows that this lease still holds, and changes the queue's state with them. */
export async function settleDeliveries(sql: Sql, request: SettleRequest): Promise<number> {
  const { queue, now, settled, change = (state) => state } = request;
  const state = withoutEnded(await lockState(sql, queue), now);
  const rows = settled.map((one) => ({
    environment: one.environment,
    event_id: one.event_id,
    destination: one.destination,
    lease: request.lease,
    status: one.status,
    due_at: one.due_at ?? now,
    reason: one.reason ?? null,
    destination_ref: one.destination_ref ?? null,
    note: one.note ? JSON.stringify(one.note) : null,
    changed_at: now,
  }));
  const ordered = sortedByKey(new Map(rows.map((row) => [keyOf(row.event_id, row.destination), row])));
  const written = await sql.each(settle, ordered);
  await countSettled(sql, written);
  const rest = { ...state, leases: state.leases.filter((one) => one.lease !== request.lease) };
  await writeState(sql, queue, change(rest));
  return written.length;
}

export async function readState(sql: Sql, queue: string): Promise<QueueState> {
  const [row] = await sql.all('SELECT state FROM queues WHERE queue = $1', [queue]);
  return row ? stateOf(row) : emptyState;
}

export async function changeState(
  sql: Sql,
  queue: string,
  change: (state: QueueState) => QueueState,
): Promise<QueueState> {
  const changed = change(await lockState(sql, queue));
  await writeState(sql, queue, changed);
  return changed;
}

async function findDue(
  sql: Sql,
  { queue, now, limit }: { queue: string; now: number; limit: number },
): Promise<{ rows: LeasedDelivery[]; isMore: boolean }> {
  const leased = await sql.all(selectLeased, [queue]);
  const busy = new Set(
    leased.flatMap(({ person, due_at }) => (person != null && Number(due_at) > now ? [person] : [])),
  );
  const rows: LeasedDelivery[] = [];
  let isMore = false;
  // One person with thousands of rows must not make a take read them all.
  for (let page = 0; page < 10; page++) {
    const due = await sql.all(selectDue, [queue, now, limit, page * limit]);
    for (const row of due) {
      if (rows.length < limit && !(row['person'] != null && busy.has(row['person'])))
        rows.push(leasedOf(row));
      else isMore = true;
    }
    if (due.length < limit) break;
    if (rows.length === limit) return { rows, isMore: true };
  }
  return { rows, isMore };
}

async function nextDue(sql: Sql, queue: string, now: number): Promise<number | undefined> {
  const [row] = await sql.all(selectNext, [queue, now]);
  return row && Number(row['due_at']);
}

/** Reads a queue's state and keeps others from it until the transaction ends. */
async function lockState(sql: Sql, queue: string): Promise<QueueState> {
  const select = `SELECT state FROM queues WHERE queue = $1 ${sql.forUpdate}`;
  const [row] = await sql.all(select, [queue]);
  if (row) return stateOf(row);
  await sql.all('INSERT INTO queues (queue, state) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    queue,
    JSON.stringify(emptyState),
  ]);
  const [made] = await sql.all(select, [queue]);
  return made ? stateOf(made) : emptyState;
}

async function writeState(sql: Sql, queue: string, state: QueueState): Promise<void> {
  await sql.all('UPDATE queues SET state = $2 WHERE queue = $1', [queue, JSON.stringify(state)]);
}

const stateOf = (row: Row): QueueState => JSON.parse(String(row['state'])) as QueueState;

const withoutEnded = (state: QueueState, now: number): QueueState => ({
  ...state,
  leases: state.leases.filter(({ until }) => until > now),
});

const keysOf = ({ environment, event_id, destination }: LeasedDelivery) => ({
  environment,
  event_id,
  destination,
});

const leasedOf = (row: Row): LeasedDelivery => ({
  environment: String(row['environment']),
  event_id: String(row['event_id']),
  destination: String(row['destination']),
  person: row['person'] === null ? null : String(row['person']),
  planned_at: Number(row['planned_at']),
  attempts: Number(row['attempts']),
  note: typeof row['note'] === 'string' ? (JSON.parse(row['note']) as JsonObject) : null,
});

import {
  defaultLeaseMs,
  type Permit,
  type QueueChange,
  type QueueState,
  type SettleRequest,
  type Taken,
  type TakeRequest,
} from '../queue.ts';
import { addNotices } from './add-notices.ts';
import {
  forEach,
  keyOf,
  sortedByKey,
  type Columns,
  type Row,
  type SetStatement,
  type Sql,
  type SqlValue,
} from './sql.ts';

/** A table whose rows are work: each has `queue`, `person`, `status`, `due_at`, `lease` and `attempts`. */
export interface WorkTable {
  name: string;
  /** The columns of its primary key. */
  key: readonly string[];
  /** The column by which its index of due rows goes on after the time. */
  after: string;
  lease: SetStatement<Columns>;
}

/** @param also - what else changes when a row is leased: `, touched = 0`. */
export function workTable(name: string, key: readonly string[], after: string, also = ''): WorkTable {
  const columns: Columns = Object.fromEntries(key.map((column) => [column, 'text'] as const));
  return {
    name,
    key,
    after,
    // A leased row is one that is due when its lease ends: nothing else has to look for leases of the dead.
    lease: forEach(
      { ...columns, lease: 'text', until: 'integer' },
      (input) => `
  UPDATE ${name} SET lease = input.lease, due_at = input.until, attempts = ${name}.attempts + 1${also}
  FROM ${input} WHERE ${isSameRow({ name, key })}`,
    ),
  };
}

/** The rows of a statement's `input`. */
export const isSameRow = ({ name, key }: Pick<WorkTable, 'name' | 'key'>): string =>
  key.map((column) => `${name}.${column} = input.${column}`).join(' AND ');

const emptyState: QueueState = { paused: false, leases: [], pace: {} };

/**
 * What a take finds where there is nothing to take: two reads, in place of a transaction that waits for others. Where
 * rows may be taken it returns nothing.
 */
export async function findNothing(
  sql: Sql,
  table: WorkTable,
  { queue, now, limit, leaseMs = defaultLeaseMs, permit = () => ({ rows: limit }) }: TakeRequest,
): Promise<Taken<never> | undefined> {
  const state = withoutEnded(await readState(sql, queue), now);
  const first = await firstDue(sql, table, queue);
  const isDue = first !== undefined && first <= now;
  if (isDue && !state.paused && permit(state).rows > 0) return undefined;
  const next_due_at = isDue ? await nextDue(sql, table, queue, now) : first;
  return { rows: [], state, until: now + leaseMs, next_due_at };
}

/** Leases due rows of one queue, under the lock of its state row. */
export async function takeRows(sql: Sql, table: WorkTable, request: TakeRequest): Promise<Taken<Row>> {
  const { queue, now, limit, permit = () => ({ rows: limit }) } = request;
  const until = now + (request.leaseMs ?? defaultLeaseMs);
  const state = withoutEnded(await lockState(sql, queue), now);
  const permitted: Permit = state.paused ? { rows: 0 } : permit(state);
  const room = Math.min(limit, permitted.rows);
  const { rows, isMore } =
    room > 0 ? await findDue(sql, table, { queue, now, limit: room }) : { rows: [], isMore: false };
  const next = isMore ? now : await nextDue(sql, table, queue, now);
  if (rows.length === 0) return { rows, state, until, next_due_at: next };

  const changed: QueueState = {
    ...(permitted.stateAfter?.(rows.length) ?? state),
    leases: [...state.leases, { lease: request.lease, until, rows: rows.length }],
  };
  const leased = rows.map((row) => ({ ...keysOf(table, row), lease: request.lease, until }));
  await sql.each(table.lease, inOrder(table, leased));
  await writeState(sql, queue, changed);
  return { rows, state: changed, until, next_due_at: next };
}

/**
 * Settles leased rows that this lease still holds, and changes the queue's state with them.
 *
 * @param settle - writes a row where `lease` is still its own, and returns it.
 * @param rowOf - what `settle` takes of a row.
 * @returns the rows that were still this lease's.
 */
export async function settleRows<Settled>(
  sql: Sql,
  table: WorkTable,
  request: SettleRequest<Settled>,
  {
    settle,
    rowOf,
  }: { settle: SetStatement<Columns>; rowOf: (settled: Settled) => Readonly<Record<string, SqlValue>> },
): Promise<readonly Row[]> {
  const { queue, now, settled, change = (rest) => ({ state: rest }) } = request;
  const state = withoutEnded(await lockState(sql, queue), now);
  const rows = settled.map((one) => ({ ...rowOf(one), lease: request.lease, changed_at: now }));
  const written = await sql.each(settle, inOrder(table, rows));
  const rest = { ...state, leases: state.leases.filter((one) => one.lease !== request.lease) };
  await writeChange(sql, queue, change(rest));
  return written;
}

/** Rows in the order of their keys, so that two transactions never wait for each other in a ring. */
export const inOrder = <Given extends Readonly<Record<string, SqlValue>>>(
  table: Pick<WorkTable, 'key'>,
  rows: readonly Given[],
): Given[] =>
  sortedByKey(new Map(rows.map((row) => [keyOf(...table.key.map((column) => row[column] ?? null)), row])));

export async function readState(sql: Sql, queue: string): Promise<QueueState> {
  const [row] = await sql.all('SELECT state FROM queues WHERE queue = $1', [queue]);
  return row ? stateOf(row) : emptyState;
}

export async function changeState(
  sql: Sql,
  queue: string,
  change: (state: QueueState) => QueueChange,
): Promise<void> {
  await writeChange(sql, queue, change(await lockState(sql, queue)));
}

async function writeChange(sql: Sql, queue: string, { state, notices = [] }: QueueChange): Promise<void> {
  await writeState(sql, queue, state);
  await addNotices(sql, notices);
}

async function findDue(
  sql: Sql,
  { name, after }: WorkTable,
  { queue, now, limit }: { queue: string; now: number; limit: number },
): Promise<{ rows: Row[]; isMore: boolean }> {
  // By the lease alone: a plan by the due time would read every row that waits for its turn.
  const leased = await sql.all(`SELECT person, due_at FROM ${name} WHERE queue = $1 AND lease IS NOT NULL`, [
    queue,
  ]);
  const busy = new Set(
    leased.flatMap(({ person, due_at }) => (person != null && Number(due_at) > now ? [person] : [])),
  );
  const rows: Row[] = [];
  let isMore = false;
  // One person with thousands of rows must not make a take read them all.
  for (let page = 0; page < 10; page++) {
    const due = await sql.all(
      `SELECT * FROM ${name} WHERE queue = $1 AND status = 'pending' AND due_at <= $2
       ORDER BY due_at, ${after} LIMIT $3 OFFSET $4`,
      [queue, now, limit, page * limit],
    );
    for (const row of due) {
      if (rows.length < limit && !(row['person'] != null && busy.has(row['person']))) rows.push(row);
      else isMore = true;
    }
    if (due.length < limit) break;
    if (rows.length === limit) return { rows, isMore: true };
  }
  return { rows, isMore };
}

/** When the first row that nobody has taken was due, or is. */
export async function firstDue(sql: Sql, { name }: WorkTable, queue: string): Promise<number | undefined> {
  const [row] = await sql.all(
    `SELECT due_at FROM ${name} WHERE queue = $1 AND status = 'pending' ORDER BY due_at LIMIT 1`,
    [queue],
  );
  return row && Number(row['due_at']);
}

async function nextDue(
  sql: Sql,
  { name }: WorkTable,
  queue: string,
  now: number,
): Promise<number | undefined> {
  const [row] = await sql.all(
    `SELECT due_at FROM ${name} WHERE queue = $1 AND status = 'pending' AND due_at > $2 ORDER BY due_at LIMIT 1`,
    [queue, now],
  );
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

const keysOf = ({ key }: WorkTable, row: Row): Readonly<Record<string, SqlValue>> =>
  Object.fromEntries(key.map((column) => [column, row[column] ?? null]));

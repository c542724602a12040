import type { JsonObject } from '@tracklayer/core';
import {
  mirrorQueueOf,
  type LeasedMirror,
  type MirrorStore,
  type SettledMirror,
  type Wanted,
} from '../mirrors.ts';
import { isAccountKey } from '../person-key.ts';
import type { SettleRequest, Taken, TakeRequest } from '../queue.ts';
import { addNotices } from './add-notices.ts';
import { readAccountUsers } from './read-account-users.ts';
import { inOrder, isSameRow, settleRows, takeRows, workTable } from './lease-rows.ts';
import { forEach, keyOf, type Row, type Sql } from './sql.ts';

export const mirrorTable = workTable(
  'mirrors',
  ['environment', 'person', 'destination', 'list'],
  'person',
  ', touched = 0',
);
export const mirrorKey = { environment: 'text', person: 'text', destination: 'text', list: 'text' } as const;
/** Looked at again: when it was to be anyway, else then, or when the lease that has it ends or settles. */
export const dueOf = (from: 'excluded' | 'input'): string => `
    CASE WHEN mirrors.lease IS NOT NULL OR (mirrors.status = 'pending' AND mirrors.due_at < ${from}.due_at)
      THEN mirrors.due_at ELSE ${from}.due_at END`;
const touch = (touched: string): string => `
    touched = ${touched}, status = 'pending', due_at = ${dueOf('excluded')}`;
const want = forEach(
  {
    ...mirrorKey,
    queue: 'text',
    wanted: 'text',
    touched: 'integer',
    due_at: 'integer',
    changed_at: 'integer',
  },
  (input) => `
  INSERT INTO mirrors (environment, person, destination, list, queue, wanted, status, touched, due_at, changed_at)
  SELECT environment, person, destination, list, queue, wanted, 'pending', touched, due_at, changed_at
  FROM ${input} WHERE true
  ON CONFLICT (environment, person, destination, list) DO UPDATE SET wanted = excluded.wanted,
    ${touch('CASE WHEN mirrors.touched > excluded.touched THEN mirrors.touched ELSE excluded.touched END')}
    WHERE mirrors.wanted <> 'erased' OR excluded.wanted = 'erased'`,
);
const settle = forEach(
  {
    ...mirrorKey,
    lease: 'text',
    status: 'text',
    there: 'integer',
    due_at: 'integer',
    reason: 'text',
    note: 'text',
    changed_at: 'integer',
  },
  (input) => `
  UPDATE mirrors SET lease = NULL, there = input.there, reason = input.reason, note = input.note,
    changed_at = input.changed_at,
    status = CASE WHEN touched > 0 THEN 'pending' ELSE input.status END,
    due_at = CASE WHEN touched > 0 AND input.status <> 'pending' THEN input.changed_at ELSE input.due_at END
  FROM ${input} WHERE ${isSameRow(mirrorTable)} AND mirrors.lease = input.lease
  RETURNING mirrors.environment, mirrors.person, mirrors.destination, mirrors.list`,
);
const noteRow = forEach(
  { ...mirrorKey, lease: 'text', note: 'text' },
  (input) => `
  UPDATE mirrors SET note = input.note FROM ${input} WHERE ${isSameRow(mirrorTable)} AND mirrors.lease = input.lease
  RETURNING mirrors.person`,
);
// Nobody knows any more who it was: what is left of an erased person is that nothing is left.
const forgetErased = forEach(
  mirrorKey,
  (input) => `
  DELETE FROM mirrors WHERE wanted = 'erased' AND there = 0 AND status = 'done'
    AND (environment, person, destination, list) IN (SELECT environment, person, destination, list FROM ${input})`,
);

/** A person whom a list should hold, or not. */
export interface Wish {
  environment: string;
  person: string;
  destination: string;
  list: string;
  wanted: Wanted;
  isAnew?: boolean | undefined;
  due_at: number;
}

/** Writes what lists should hold; a row that is out is looked at again when it is settled. */
export async function writeWishes(sql: Sql, wishes: readonly Wish[], now: number): Promise<void> {
  const rows = wishes.map(({ isAnew = false, ...wish }) => ({
    ...wish,
    queue: mirrorQueueOf(wish.environment, wish.destination),
    touched: isAnew ? 2 : 1,
    changed_at: now,
  }));
  await sql.each(want, inOrder(mirrorTable, rows));
}

export async function takeMirrored(sql: Sql, request: TakeRequest): Promise<Taken<LeasedMirror>> {
  const taken = await takeRows(sql, mirrorTable, request);
  return { ...taken, rows: taken.rows.map(leasedOf) };
}

export async function settleMirrored(sql: Sql, request: SettleRequest<SettledMirror>): Promise<number> {
  const keyOfRow = ({ environment, person, destination, list }: SettledMirror) => ({
    environment,
    person,
    destination,
    list,
  });
  const written = await settleRows(sql, mirrorTable, request, {
    settle,
    rowOf: (one) => ({
      ...keyOfRow(one),
      status: one.status,
      there: one.isThere ? 1 : 0,
      due_at: one.due_at ?? request.now,
      reason: one.reason ?? null,
      note: one.note ? JSON.stringify(one.note) : null,
    }),
  });
  const isWritten = new Set(
    written.map((row) => keyOf(...mirrorTable.key.map((column) => row[column] ?? null))),
  );
  await addNotices(
    sql,
    request.settled.flatMap(({ notice, environment, person, destination, list }) =>
      notice && isWritten.has(keyOf(environment, person, destination, list))
        ? [{ ...notice, environment }]
        : [],
    ),
  );
  const out = request.settled.filter(({ isThere, status }) => !isThere && status === 'done');
  await sql.each(forgetErased, inOrder(mirrorTable, out.map(keyOfRow)));
  return written.length;
}

/** Writes notes of leased rows, which stay leased. */
export async function noteMirrored(
  sql: Sql,
  { lease, noted }: Parameters<MirrorStore['noteMirrored']>[0],
): Promise<number> {
  const rows = noted.map(({ environment, person, destination, list, note }) => ({
    environment,
    person,
    destination,
    list,
    lease,
    note: JSON.stringify(note),
  }));
  return (await sql.each(noteRow, inOrder(mirrorTable, rows))).length;
}

const membersOfASlice = 500;

/** Makes rows of an audience's members due at a destination, a slice at a time. */
export async function mirrorMembers(
  sql: Sql,
  {
    environment,
    audience,
    destination,
    isAnew,
    now,
    after = '',
  }: Parameters<MirrorStore['mirrorMembers']>[0],
): Promise<{ after: string | undefined; rows: number }> {
  const rows = await sql.all(
    `SELECT person, present FROM members WHERE environment = $1 AND audience = $2 AND person > $3
     ORDER BY person LIMIT ${membersOfASlice}`,
    [environment, audience, after],
  );
  const members = rows.map((row) => ({ person: String(row['person']), isIn: Number(row['present']) === 1 }));
  const accounts = members.map(({ person }) => person).filter(isAccountKey);
  const followers = (await readAccountUsers(sql, environment, accounts)).map((person) => ({
    person,
    isIn: true,
  }));
  const wishes = [...followers, ...members].map(({ person, isIn }): Wish => ({
    environment,
    person,
    destination,
    list: audience,
    wanted: isIn ? 'in' : 'out',
    isAnew: isAnew && isIn,
    due_at: now,
  }));
  await writeWishes(sql, wishes, now);
  const last = rows.at(-1)?.['person'];
  return { after: rows.length === membersOfASlice ? String(last) : undefined, rows: wishes.length };
}

const leasedOf = (row: Row): LeasedMirror => ({
  environment: String(row['environment']),
  person: String(row['person']),
  destination: String(row['destination']),
  list: String(row['list']),
  wanted: row['wanted'] as Wanted,
  isAnew: Number(row['touched']) === 2,
  attempts: Number(row['attempts']),
  note: typeof row['note'] === 'string' ? (JSON.parse(row['note']) as JsonObject) : null,
});

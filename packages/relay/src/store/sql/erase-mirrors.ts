import { deletionList, deletionQueueOf, type Deletion } from '../mirrors.ts';
import { userKey } from '../person-key.ts';
import { inOrder } from './lease-rows.ts';
import { mirrorKey, mirrorTable, writeWishes } from './mirrors.ts';
import { forEach, type Sql } from './sql.ts';

/** Makes every list of a platform that holds a person due to take them out. Returns how many lists. */
export async function eraseMirrors(
  sql: Sql,
  environment: string,
  user_id: string,
  at: number,
): Promise<number> {
  const rows = await sql.all(
    'SELECT destination, list FROM mirrors WHERE environment = $1 AND person = $2 AND list <> $3',
    [environment, userKey(user_id), deletionList],
  );
  const wishes = rows.map((row) => ({
    environment,
    person: userKey(user_id),
    destination: String(row['destination']),
    list: String(row['list']),
    wanted: 'erased' as const,
    due_at: at,
  }));
  await writeWishes(sql, wishes, at);
  return wishes.length;
}

// A deletion that was asked for before is asked for anew: something came since. One that is just sent stands.
const wantDeletion = forEach(
  { ...mirrorKey, queue: 'text', note: 'text', due_at: 'integer', changed_at: 'integer' },
  (input) => `
  INSERT INTO mirrors (environment, person, destination, list, queue, wanted, there, status, touched, due_at, note,
    changed_at)
  SELECT environment, person, destination, list, queue, 'erased', 1, 'pending', 0, due_at, note, changed_at
  FROM ${input} WHERE true
  ON CONFLICT (environment, person, destination, list) DO UPDATE SET status = 'pending', note = excluded.note,
    due_at = excluded.due_at, reason = NULL WHERE mirrors.lease IS NULL`,
);

/** Has a user deleted at destinations: each holds them until it says that it does no more. */
export async function writeDeletions(
  sql: Sql,
  {
    environment,
    user_id,
    at,
    deletions,
  }: { environment: string; user_id: string; at: number; deletions: readonly Deletion[] },
): Promise<void> {
  const rows = deletions.map(({ destination, note }) => ({
    environment,
    person: userKey(user_id),
    destination,
    list: deletionList,
    queue: deletionQueueOf(environment, destination),
    note: JSON.stringify(note),
    due_at: at,
    changed_at: at,
  }));
  await sql.each(wantDeletion, inOrder(mirrorTable, rows));
}

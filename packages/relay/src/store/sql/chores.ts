import type { JsonObject } from '@tracklayer/core';
import type { Chore, ChoreStore } from '../chores.ts';
import { defaultLeaseMs } from '../queue.ts';
import type { Sql } from './sql.ts';

/** Leases a chore, if it is due. */
export async function takeChore(
  sql: Sql,
  { chore, lease, now, leaseMs = defaultLeaseMs }: Parameters<ChoreStore['takeChore']>[0],
): Promise<Chore | undefined> {
  await sql.all('INSERT INTO chores (chore, due_at, progress) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    chore,
    now,
    '{}',
  ]);
  const [row] = await sql.all(
    'UPDATE chores SET lease = $2, due_at = $3 WHERE chore = $1 AND due_at <= $4 RETURNING progress',
    [chore, lease, now + leaseMs, now],
  );
  return row && { progress: JSON.parse(String(row['progress'])) as JsonObject };
}

/** Notes how far a chore came. */
export async function settleChore(
  sql: Sql,
  { chore, lease, due_at, progress }: Parameters<ChoreStore['settleChore']>[0],
): Promise<boolean> {
  const settled = await sql.all(
    'UPDATE chores SET lease = NULL, due_at = $3, progress = $4 WHERE chore = $1 AND lease = $2 RETURNING chore',
    [chore, lease, due_at, JSON.stringify(progress)],
  );
  return settled.length > 0;
}

/** What chores remember whose names begin so; a name has no character above `~`. */
export async function readChores(sql: Sql, prefix: string): Promise<ReadonlyMap<string, JsonObject>> {
  const rows = await sql.all('SELECT chore, progress FROM chores WHERE chore >= $1 AND chore < $2', [
    prefix,
    `${prefix}~`,
  ]);
  return new Map(
    rows.map((row) => [String(row['chore']), JSON.parse(String(row['progress'])) as JsonObject]),
  );
}

/** The environments that hold events: each is found by one step in an index, however many events there are. */
export async function readEnvironments(sql: Sql): Promise<string[]> {
  const found = new Set<string>();
  // What nobody captured may have been identified.
  for (const table of ['events', 'identifies', 'people'])
    for (let after = ''; ;) {
      const [row] = await sql.all(
        `SELECT environment FROM ${table} WHERE environment > $1 ORDER BY environment LIMIT 1`,
        [after],
      );
      if (!row) break;
      after = String(row['environment']);
      found.add(after);
    }
  return [...found].toSorted();
}

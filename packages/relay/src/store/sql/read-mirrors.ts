import type { MirrorCount, MirrorRecord, MirrorStatus, Wanted } from '../mirrors.ts';
import { userKey } from '../person-key.ts';
import { newValues, partsOf } from './parts.ts';
import { keyOf, type Row, type Sql } from './sql.ts';

export async function countMirrors(sql: Sql, environment: string): Promise<MirrorCount[]> {
  const counts = new Map<string, MirrorCount>();
  const parts = partsOf(sql, {
    table: 'mirrors',
    columns: ['person', 'destination'],
    environment,
    after: ['', ''],
  });
  for await (const part of parts) {
    const values = newValues();
    const rows = await sql.all(
      `SELECT list, destination, status, there, substr(coalesce(reason, ''), 1, 24) AS word, count(*) AS count
       FROM mirrors WHERE ${part(values)} GROUP BY 1, 2, 3, 4, 5`,
      values.list,
    );
    for (const row of rows) addCount(counts, row);
  }
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function addCount(counts: Map<string, MirrorCount>, row: Row): void {
  const reason = /^[a-z][a-z_]*/.exec(String(row['word']))?.[0] ?? '';
  const one: MirrorCount = {
    list: String(row['list']),
    destination: String(row['destination']),
    status: row['status'] as MirrorStatus,
    isThere: Number(row['there']) === 1,
    reason,
    count: Number(row['count']),
  };
  const id = keyOf(one.list, one.destination, one.status, Number(one.isThere), reason);
  counts.set(id, { ...one, count: one.count + (counts.get(id)?.count ?? 0) });
}

export async function readMirrorsOf(sql: Sql, environment: string, user_id: string): Promise<MirrorRecord[]> {
  const rows = await sql.all(
    'SELECT * FROM mirrors WHERE environment = $1 AND person = $2 ORDER BY destination, list',
    [environment, userKey(user_id)],
  );
  return rows.map((row) => ({
    destination: String(row['destination']),
    list: String(row['list']),
    wanted: row['wanted'] as Wanted,
    status: row['status'] as MirrorStatus,
    isThere: Number(row['there']) === 1,
    reason: row['reason'] === null ? undefined : String(row['reason']),
    at: new Date(Number(row['changed_at'])).toISOString(),
  }));
}

import { randomUUID } from 'node:crypto';
import type { Change, ChangeAction, ChangePage, ChangeQuery, NewChange } from '../changes.ts';
import { readCursor } from '../cursor.ts';
import { cutPage } from './cut-page.ts';
import type { Row, Sql, SqlValue } from './sql.ts';

export async function addChange(sql: Sql, environment: string, change: NewChange): Promise<void> {
  const { at, key, action, subject, detail } = change;
  await sql.all(
    `INSERT INTO changes (environment, at, change_id, fingerprint, action, subject, detail)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [environment, at, randomUUID(), key, action, subject, JSON.stringify(detail)],
  );
}

/** Reads a page of changes, newest first (docs/wire.md W-43). */
export async function listChanges(
  sql: Sql,
  environment: string,
  { action, subject, after, limit }: ChangeQuery,
): Promise<ChangePage> {
  const values: SqlValue[] = [environment];
  const value = (given: SqlValue): string => `$${values.push(given)}`;
  const filters = ['environment = $1'];
  if (action !== undefined) filters.push(`action = ${value(action)}`);
  if (subject !== undefined) filters.push(`subject = ${value(subject)}`);
  const from = after === undefined ? undefined : readCursor(after);
  if (from) filters.push(`(at, change_id) < (${value(from.at)}, ${value(from.id)})`);
  const rows = await sql.all(
    `SELECT * FROM changes WHERE ${filters.join(' AND ')}
     ORDER BY at DESC, change_id DESC LIMIT ${value(limit + 1)}`,
    values,
  );
  const page = cutPage(rows, limit, { at: 'at', id: 'change_id' });
  return { changes: page.rows.map(changeOf), next_cursor: page.next_cursor };
}

const changeOf = (row: Row): Change => ({
  at: new Date(Number(row['at'])).toISOString(),
  key: String(row['fingerprint']),
  action: String(row['action']) as ChangeAction,
  subject: String(row['subject']),
  detail: JSON.parse(String(row['detail'])) as Change['detail'],
});

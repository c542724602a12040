import type { Identity } from '../people.ts';
import type { Sql } from './sql.ts';

/** Ends the link between two ids; its history stays (docs/wire.md W-19). */
export async function unlink(
  sql: Sql,
  environment: string,
  { user_id, anonymous_id }: Required<Identity>,
  at: number,
): Promise<boolean> {
  if (user_id === undefined || anonymous_id === undefined) return false;
  const closed = await sql.all(
    `UPDATE links SET closed_at = CASE WHEN linked_at > $4 THEN linked_at ELSE $4 END
     WHERE environment = $1 AND anonymous_id = $2 AND user_id = $3 AND closed_at IS NULL RETURNING linked_at`,
    [environment, anonymous_id, user_id, at],
  );
  return closed.length > 0;
}

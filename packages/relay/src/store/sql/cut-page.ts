import { writeCursor } from '../cursor.ts';
import type { Row } from './sql.ts';

/** Leaves out the row that was read beyond a page's limit, and names where the next page begins. */
export function cutPage(
  rows: readonly Row[],
  limit: number,
  order: { at: string; id: string },
): { rows: readonly Row[]; next_cursor: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    rows: rows.slice(0, limit),
    next_cursor: last ? writeCursor({ at: Number(last[order.at]), id: String(last[order.id]) }) : null,
  };
}

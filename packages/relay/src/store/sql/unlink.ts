import type { Identity } from '../people.ts';
import { ownerOf } from '../place-link.ts';
import { readLinks, writeLinks } from './links.ts';
import type { Sql } from './sql.ts';

/** Ends the link between two ids; its history stays (docs/wire.md W-19). */
export async function unlink(
  sql: Sql,
  environment: string,
  { user_id, anonymous_id }: Required<Identity>,
  at: number,
): Promise<boolean> {
  if (user_id === undefined || anonymous_id === undefined) return false;
  const histories = await readLinks(sql, [{ environment, anonymous_id }]);
  const [history] = histories.values();
  if (!history || ownerOf(history.spans) !== user_id) return false;
  history.spans = history.spans.map((span) =>
    span.closed_at === null ? { ...span, closed_at: Math.max(span.linked_at, at) } : span,
  );
  await writeLinks(sql, histories);
  return true;
}

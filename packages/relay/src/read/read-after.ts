import { refusal } from '../problem.ts';
import { readCursor } from '../store/cursor.ts';

/** The `after` of a query; nothing when it is absent. @throws 400 `invalid_query` for what was never a `next_cursor`. */
export function readAfter(query: URLSearchParams): string | undefined {
  const after = query.get('after') || undefined;
  if (after !== undefined && !readCursor(after))
    throw refusal(400, 'invalid_query', 'after must be a next_cursor of an earlier page');
  return after;
}

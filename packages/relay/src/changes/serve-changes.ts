import type { Call } from '../operation.ts';
import { refusal } from '../problem.ts';
import { readAfter } from '../read/read-after.ts';
import { readNumber } from '../read/read-number.ts';
import { changeActions, type ChangeAction } from '../store/changes.ts';

/** `GET /api/changes?action=&after=&limit=` (docs/wire.md W-43). */
export async function getChanges({ store, environment, query }: Call): Promise<Response> {
  const action = query.get('action') || undefined;
  if (action !== undefined && !(changeActions as readonly string[]).includes(action))
    throw refusal(400, 'invalid_query', `action is one of ${changeActions.join(', ')}`);
  const after = readAfter(query);
  const limit = readNumber(query, 'limit', 500) ?? 50;
  return Response.json(
    await store.changes(environment, { action: action as ChangeAction | undefined, after, limit }),
  );
}

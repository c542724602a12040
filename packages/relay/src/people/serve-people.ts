import { refusal, storeUnavailable } from '../problem.ts';
import type { Identity, PeopleStore } from '../store/people.ts';

interface PeopleContext {
  store: PeopleStore;
  environment: string;
  /** Milliseconds since 1970. */
  now: () => number;
}

/**
 * `GET /api/users/{user_id}/traits` (docs/wire.md W-34).
 *
 * @throws 404 for a user id of whom nothing came.
 */
export async function getTraits(
  { store, environment }: Omit<PeopleContext, 'now'>,
  user_id: string,
): Promise<Response> {
  const [person] = await store.people(environment, [{ user_id }]);
  const isKnown =
    person !== undefined &&
    [person.anonymous_ids, Object.keys(person.traits), Object.keys(person.seen)].some(
      ({ length }) => length > 0,
    );
  if (!isKnown) throw refusal(404, 'not_found', 'no person of this environment has this user_id');
  const { anonymous_ids, traits, is_over_linked } = person;
  return Response.json({ user_id, anonymous_ids, received: traits, computed: {}, is_over_linked });
}

/**
 * `DELETE /api/users/{user_id}/anonymous_ids/{anonymous_id}` (docs/wire.md W-19).
 *
 * @throws 404 when the two are not linked now.
 */
export async function unlink(
  { store, environment, now }: PeopleContext,
  identity: Required<Identity>,
): Promise<Response> {
  const at = now();
  const isUnlinked = await store.unlink(environment, identity, at).catch(unavailable);
  if (!isUnlinked) throw refusal(404, 'not_found', 'these two ids are not linked');
  return Response.json({ ...identity, unlinked_at: new Date(at).toISOString() });
}

/** `DELETE /api/users/{user_id}` (docs/wire.md W-38). A second time erases what came since; nothing is 0 everywhere. */
export async function erasePerson(
  { store, environment, now }: PeopleContext,
  user_id: string,
): Promise<Response> {
  const at = now();
  const erased = await store.erase(environment, user_id, at).catch(unavailable);
  return Response.json({ erased_at: new Date(at).toISOString(), erased });
}

function unavailable(cause: unknown): never {
  throw storeUnavailable(cause);
}

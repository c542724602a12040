import { recordChange, type ChangeContext } from '../changes/record-change.ts';
import { refusal, storeUnavailable } from '../problem.ts';
import type { Mirrors } from '../mirror/mirrors.ts';
import type { AudienceStore } from '../store/audiences.ts';
import type { ChangeStore } from '../store/changes.ts';
import type { MirrorStore } from '../store/mirrors.ts';
import { subjectOf } from './person-subject.ts';
import { knownPerson } from './known-person.ts';
import { userKey } from '../store/person-key.ts';
import { computeTraits } from '../traits/compute-traits.ts';
import type { Identity, PeopleStore } from '../store/people.ts';

interface PeopleContext extends ChangeContext {
  store: PeopleStore & AudienceStore & MirrorStore & ChangeStore;
  mirrors: Mirrors;
}

/**
 * `GET /api/users/{user_id}/traits` (docs/wire.md W-34).
 *
 * @throws 404 for a user id of whom nothing came.
 */
export async function getTraits(
  { store, environment, mirrors }: Pick<PeopleContext, 'store' | 'environment' | 'mirrors'>,
  user_id: string,
): Promise<Response> {
  const [person] = await store.people(environment, [{ user_id }]);
  if (!knownPerson(person)) throw refusal(404, 'not_found', 'no person of this environment has this user_id');
  const { anonymous_ids, traits, is_over_linked } = person;
  const names = (await store.audiencesOf(environment, [userKey(user_id)])).get(userKey(user_id)) ?? [];
  const { traits: computed } = computeTraits(person, names, mirrors.traits);
  return Response.json({
    user_id,
    anonymous_ids,
    received: traits,
    computed,
    audiences: names,
    is_over_linked,
  });
}

/**
 * `DELETE /api/users/{user_id}/anonymous_ids/{anonymous_id}` (docs/wire.md W-19).
 *
 * @throws 404 when the two are not linked now.
 */
export async function unlink(context: PeopleContext, identity: Required<Identity>): Promise<Response> {
  const { store, environment, now } = context;
  const at = now();
  const isUnlinked = await store.unlink(environment, identity, at).catch(unavailable);
  if (!isUnlinked) throw refusal(404, 'not_found', 'these two ids are not linked');
  await recordChange(context, {
    action: 'person.unlinked',
    subject: subjectOf(identity.user_id),
    detail: {},
  });
  return Response.json({ ...identity, unlinked_at: new Date(at).toISOString() });
}

function unavailable(cause: unknown): never {
  throw storeUnavailable(cause);
}

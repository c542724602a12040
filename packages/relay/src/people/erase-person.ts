import { mapPerson } from '@tracklayer/destinations';
import { recordChange, type ChangeContext } from '../changes/record-change.ts';
import type { Configured } from '../deliver/configured.ts';
import { knownOf } from '../deliver/known-of.ts';
import type { Sent } from '../mirror/decide.ts';
import { storeUnavailable } from '../problem.ts';
import type { ChangeStore } from '../store/changes.ts';
import type { Deletion, MirrorRecord, MirrorStore } from '../store/mirrors.ts';
import type { PeopleStore } from '../store/people.ts';
import { subjectOf } from './person-subject.ts';

interface ErasureContext extends ChangeContext {
  store: PeopleStore & MirrorStore & ChangeStore;
  destinations: readonly Configured[];
}

/** A list of a platform, or all that it has of a user. */
interface Held {
  destination: string;
  /** An audience, `traits`, or `user.deletion`. */
  list: string;
}

/** What stays of a person, and nothing here can take away. */
interface Kept {
  destination: string;
  /** In plain words, with what to do. */
  what: string;
}

/**
 * `DELETE /api/users/{user_id}` (docs/wire.md W-38): what is done, what still runs, and what stays where. A second time
 * erases what came since.
 */
export async function erasePerson(context: ErasureContext, user_id: string): Promise<Response> {
  const { store, environment, now } = context;
  const deletions = await deletionsOf(context, user_id);
  const at = now();
  const erased = await store.erase(environment, user_id, at, deletions).catch(unavailable);
  const lists = await listsOf(context, user_id);
  // One time for both, the response and the record.
  const atOnce = { ...context, now: () => at };
  await recordChange(atOnce, {
    action: 'person.erased',
    subject: subjectOf(user_id),
    detail: { ...erased, ...(lists.length > 0 && { to_forget: lists.map(textOf).join(' ') }) },
  });
  const running = lists.map(({ destination, list }) => ({ destination, list }));
  return Response.json({
    erased_at: new Date(at).toISOString(),
    state: running.length > 0 ? 'running' : 'done',
    erased,
    running,
    kept: keptOf(context),
  });
}

/**
 * `GET /api/users/{user_id}/erasure` (docs/wire.md W-49): the lists that forgot an erased person, those that hold them
 * still, and what stays where.
 */
export async function getErasure(
  context: Pick<ErasureContext, 'store' | 'environment' | 'destinations'>,
  user_id: string,
): Promise<Response> {
  const { store, environment } = context;
  const [rows, { changes }] = await Promise.all([
    listsOf(context, user_id),
    store.changes(environment, { action: 'person.erased', subject: subjectOf(user_id), limit: 100 }),
  ]);
  const held = new Set(rows.map(textOf));
  const named = changes.flatMap(({ detail }) => String(detail['to_forget'] ?? '').split(' '));
  const done = [...new Set(named)].filter((text) => text !== '' && !held.has(text)).toSorted();
  return Response.json({
    state: rows.length > 0 ? 'running' : 'done',
    erased_at: changes[0]?.at ?? null,
    erased: changes[0] ? countsIn(changes[0].detail) : null,
    done: done.map(heldOf),
    running: rows.map(({ destination, list, status, reason }) => ({ destination, list, status, reason })),
    kept: keptOf(context),
  });
}

/** Where the user is to be deleted, by the ids that are known of them until now. */
async function deletionsOf(
  { store, environment, destinations, now }: ErasureContext,
  user_id: string,
): Promise<Deletion[]> {
  const those = destinations.filter(
    ({ destination, settings, environments }) =>
      environments.includes(environment) && destination.deletion?.token?.isConfigured(settings),
  );
  if (those.length === 0) return [];
  const [person] = await store.people(environment, [{ user_id }]).catch(unavailable);
  return those.flatMap(({ name, destination, settings }) => {
    const mirror = destination.deletion;
    const mapped = mirror && mapPerson(mirror, { ...knownOf(person), user_id }, settings, {}, now());
    if (!mapped || !('payload' in mapped)) return [];
    const sent: Sent = { entry: mapped.payload as Sent['entry'], target: {}, digest: '' };
    return [{ destination: name, note: { sent: { ...sent, isUnsure: true } } }];
  });
}

const listsOf = async (
  { store, environment }: Pick<ErasureContext, 'store' | 'environment'>,
  user_id: string,
): Promise<MirrorRecord[]> =>
  (await store.mirrorsOf(environment, user_id)).filter(({ wanted }) => wanted === 'erased');

const keptOf = ({
  environment,
  destinations,
}: Pick<ErasureContext, 'environment' | 'destinations'>): Kept[] =>
  destinations
    .filter(({ environments }) => environments.includes(environment))
    .flatMap(({ name, destination, settings }) => {
      const what = destination.keeps?.(settings);
      return what === undefined ? [] : [{ destination: name, what }];
    });

// Neither name has a space, and a destination's has no slash.
const textOf = ({ destination, list }: Held): string => `${destination}/${list}`;
function heldOf(text: string): Held {
  const end = text.indexOf('/');
  return { destination: text.slice(0, end), list: text.slice(end + 1) };
}

const countsIn = (detail: Readonly<Record<string, string | number>>): object =>
  Object.fromEntries(Object.entries(detail).filter(([, value]) => typeof value === 'number'));

function unavailable(cause: unknown): never {
  throw storeUnavailable(cause);
}

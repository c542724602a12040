import type { JsonObject } from '@tracklayer/core';
import { joinSeen } from '../last-seen.ts';
import { joinTraits } from '../merge-traits.ts';
import type { Identity, Link, Person } from '../people.ts';
import { anonymousKey, userKey } from '../person-key.ts';
import { ownerOf } from '../place-link.ts';
import { anonymousIdsOf, readLinks } from './links.ts';
import { keyOf, type Sql } from './sql.ts';
import { selectPeople, storedPersonOf } from './write-people.ts';

/** Reads the persons behind identities, in the order given. */
export async function readPersons(
  sql: Sql,
  environment: string,
  identities: readonly Identity[],
): Promise<Person[]> {
  const ids = await readIds(sql, environment, identities);
  const carriers = ids.map(({ user_id, anonymous_ids }) => [
    ...(user_id === null ? [] : [userKey(user_id)]),
    ...anonymous_ids.map(anonymousKey),
  ]);
  const wanted = [...new Set(carriers.flat())].map((person) => ({ environment, person }));
  const rows = new Map(
    (await sql.each(selectPeople, wanted)).map(storedPersonOf).map((known) => [known.person, known]),
  );
  return ids.map(({ user_id, anonymous_ids }, place) => {
    // The user's own row comes first: of one time, it wins.
    const known = (carriers[place] ?? []).flatMap((carrier) => rows.get(carrier) ?? []);
    return {
      user_id,
      anonymous_ids,
      traits: joinTraits(known.map(({ traits }) => traits)),
      seen: joinSeen(known.map(({ seen }) => seen)),
      is_over_linked: known.some(({ over_linked }) => over_linked),
    };
  });
}

/** Reads the ids that belong to persons now, in the order given (docs/wire.md W-30). */
export async function readIds(
  sql: Sql,
  environment: string,
  identities: readonly Identity[],
): Promise<Pick<Person, 'user_id' | 'anonymous_ids'>[]> {
  const links = await readLinks(
    sql,
    identities.flatMap(({ user_id, anonymous_id }) =>
      user_id === undefined && anonymous_id !== undefined ? [{ environment, anonymous_id }] : [],
    ),
  );
  const owners = identities.map(
    ({ user_id, anonymous_id = '' }) =>
      user_id ?? ownerOf(links.get(keyOf(environment, anonymous_id))?.spans ?? []),
  );
  const users = new Set(owners.flatMap((owner) => owner ?? []));
  const known = await anonymousIdsOf(sql, environment, users);
  return identities.map(({ anonymous_id }, place) => {
    const owner = owners[place];
    const others = owner === undefined ? [] : (known.get(owner) ?? []);
    return {
      user_id: owner ?? null,
      anonymous_ids: [...new Set(anonymous_id === undefined ? others : [anonymous_id, ...others])],
    };
  });
}

/** Reads a user's traits, those of the user's anonymous ids included (docs/wire.md W-17). */
export async function readTraits(sql: Sql, environment: string, user_id: string): Promise<JsonObject> {
  const [person] = await readPersons(sql, environment, [{ user_id }]);
  return person?.traits ?? {};
}

/** Reads to whom an anonymous id belonged (docs/wire.md W-19). */
export async function readHistory(sql: Sql, environment: string, anonymous_id: string): Promise<Link[]> {
  const [history] = (await readLinks(sql, [{ environment, anonymous_id }])).values();
  return (history?.spans ?? []).map(({ user_id, source, linked_at, closed_at }) => ({
    user_id,
    linked_at: new Date(linked_at).toISOString(),
    closed_at: closed_at === null ? null : new Date(closed_at).toISOString(),
    source,
  }));
}

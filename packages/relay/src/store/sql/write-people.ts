import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@tracklayer/core';
import type { Arrival } from '../arrival.ts';
import { hasNetwork } from '../forget-fields.ts';
import { mergeSeen, networkTime, seenIn, type Telling, type StoredSeen } from '../last-seen.ts';
import { mergeTraits, type StoredTraits } from '../merge-traits.ts';
import type { IdentifyOutcome, ReceivedIdentify } from '../people.ts';
import { anonymousKey, personOf, userKey } from '../person-key.ts';
import { ownerOf, placeLink } from '../place-link.ts';
import { countLinks, maxLinks, readLinks, writeLinks, type LinkHistory } from './links.ts';
import { forEach, keyOf, LostRace, sortedByKey, type Row, type Sql } from './sql.ts';

const key = { environment: 'text', person: 'text' } as const;
const insertIdentify = forEach(
  {
    environment: 'text',
    event_id: 'text',
    person: 'text',
    body: 'text',
    received_at: 'integer',
    client_occurred_at: 'text',
    network: 'integer',
  },
  (input) => `
  INSERT INTO identifies (environment, event_id, person, body, received_at, client_occurred_at, network)
  SELECT environment, event_id, person, body, received_at, client_occurred_at, network FROM ${input} WHERE true
  ON CONFLICT DO NOTHING RETURNING environment, event_id`,
);
export const selectPeople = forEach(
  key,
  (input) => `
  SELECT people.* FROM ${input} JOIN people
    ON people.environment = input.environment AND people.person = input.person`,
);
const columns = {
  ...key,
  traits: 'text',
  seen: 'text',
  network_at: 'integer',
  over_linked: 'integer',
  revision: 'integer',
} as const;
const names = Object.keys(columns).join(', ');
// A row that came, changed or was erased since it was read is left alone, and not returned.
const insert = forEach(
  columns,
  (input) => `
  INSERT INTO people (${names}) SELECT ${names} FROM ${input} WHERE true
  ON CONFLICT DO NOTHING RETURNING environment, person`,
);
const update = forEach(
  columns,
  (input) => `
  UPDATE people SET traits = input.traits, seen = input.seen, network_at = input.network_at,
    over_linked = input.over_linked, revision = input.revision
  FROM ${input} WHERE people.environment = input.environment AND people.person = input.person
    AND people.revision = input.revision - 1
  RETURNING people.environment, people.person`,
);

/** A person's row. */
export interface StoredPerson {
  environment: string;
  person: string;
  traits: StoredTraits;
  seen: StoredSeen;
  over_linked: boolean;
  revision: number;
}

/** What is known of an event or identify that tells something of its person. */
export interface Sight {
  environment: string;
  person: string;
  context: JsonObject | undefined;
  consent: JsonObject | undefined;
  /** Milliseconds since 1970. */
  at: number;
}

/** Remembers what events told of their persons. */
export async function writeSights(sql: Sql, sights: readonly Sight[]): Promise<void> {
  const telling = sights
    .map((sight) => ({ ...sight, seen: seenIn(sight) }))
    .filter(({ seen }) => seen.size > 0);
  if (telling.length === 0) return;
  const people = await readPeople(sql, telling);
  for (const { environment, person, seen, at } of telling) {
    change(people, environment, person, (known) => withSeen(known, mergeSeen(known.seen, seen, at)));
  }
  await writePeople(sql, people);
}

/** Writes the identifies of several requests; outcomes by request, in the order of its messages (docs/wire.md §4). */
export async function writeIdentifies(
  sql: Sql,
  arrivals: readonly Arrival<ReceivedIdentify>[],
): Promise<IdentifyOutcome[][]> {
  const all = arrivals.map(({ environment, received_at, messages }) =>
    messages.map(({ identify, client_occurred_at }) => ({
      environment,
      received_at,
      client_occurred_at,
      identify,
      // Without an id of its own it is never a repeat.
      event_id: identify.event_id ?? `-${randomUUID()}`,
      at: Date.parse(identify.occurred_at),
    })),
  );
  const rows = new Map(
    all.flat().map((one) => [keyOf(one.environment, one.event_id), { ...one, row: identifyRow(one) }]),
  );
  const written = new Set(
    (
      await sql.each(
        insertIdentify,
        sortedByKey(rows).map(({ row }) => row),
      )
    ).map((row) => keyOf(String(row['environment']), String(row['event_id']))),
  );
  const links = await readLinks(
    sql,
    all
      .flat()
      .flatMap(({ environment, identify: { anonymous_id } }) =>
        anonymous_id === undefined ? [] : [{ environment, anonymous_id }],
      ),
  );
  const people = await readPeople(
    sql,
    all
      .flat()
      .flatMap(({ environment, identify: { user_id, anonymous_id } }) => [
        ...(user_id === undefined ? [] : [{ environment, person: userKey(user_id) }]),
        ...(anonymous_id === undefined ? [] : [{ environment, person: anonymousKey(anonymous_id) }]),
      ]),
  );
  const counts = await countLinks(
    sql,
    all.flat().flatMap((one) => newUser(one, links)),
  );
  const outcomes = all.map((messages) =>
    messages.map((one): IdentifyOutcome => {
      const isFirst = written.delete(keyOf(one.environment, one.event_id));
      if (isFirst) apply(one, { people, links, counts });
      const { user_id, anonymous_id } = one.identify;
      const spans =
        anonymous_id === undefined ? [] : (links.get(keyOf(one.environment, anonymous_id))?.spans ?? []);
      return {
        status: isFirst ? 'accepted' : 'duplicate',
        merged: user_id !== undefined && ownerOf(spans) === user_id,
      };
    }),
  );
  await writePeople(sql, people);
  await writeLinks(sql, links);
  return outcomes;
}

interface Incoming extends Pick<Arrival<unknown>, 'environment' | 'received_at'>, ReceivedIdentify {
  event_id: string;
  at: number;
}

interface Known {
  people: Map<string, ChangedPerson>;
  links: Map<string, LinkHistory>;
  counts: Map<string, number>;
}

/** Lets one identify take effect on what is known. */
function apply({ environment, identify, at }: Incoming, { people, links, counts }: Known): void {
  const { user_id, anonymous_id, traits = {}, source } = identify;
  const carrier = personOf(identify);
  if (carrier === null) return;
  const seen = seenIn(identify as Telling);
  change(people, environment, carrier, (known) =>
    withSeen(
      Object.keys(traits).length > 0 ? { ...known, traits: mergeTraits(known.traits, traits, at) } : known,
      mergeSeen(known.seen, seen, at),
    ),
  );
  if (user_id === undefined || anonymous_id === undefined) return;
  const history = links.get(keyOf(environment, anonymous_id));
  if (!history) return;
  const user = keyOf(environment, user_id);
  const isOwner = ownerOf(history.spans) === user_id;
  if (!isOwner && (counts.get(user) ?? 0) >= maxLinks) {
    change(people, environment, carrier, (known) => ({ ...known, over_linked: true }));
    return;
  }
  const spans = placeLink(history.spans, { user_id, source: source ?? null, at });
  if (spans === history.spans) return;
  history.spans = spans;
  if (!isOwner && ownerOf(spans) === user_id) counts.set(user, (counts.get(user) ?? 0) + 1);
  // The row of the anonymous id is what two relays that link it at once meet at.
  change(people, environment, anonymousKey(anonymous_id), (known) => ({ ...known }));
}

/** The user of an identify that may get one more anonymous id. */
function newUser({ environment, identify }: Incoming, links: ReadonlyMap<string, LinkHistory>) {
  const { user_id, anonymous_id } = identify;
  if (user_id === undefined || anonymous_id === undefined) return [];
  const owner = ownerOf(links.get(keyOf(environment, anonymous_id))?.spans ?? []);
  return owner === user_id ? [] : [{ environment, user_id }];
}

const identifyRow = ({ environment, event_id, identify, received_at, client_occurred_at }: Incoming) => ({
  environment,
  event_id,
  person: personOf(identify),
  body: JSON.stringify(identify),
  received_at,
  client_occurred_at: client_occurred_at ?? null,
  network: hasNetwork(identify) ? 1 : 0,
});

/** A person's row, and whether it is to be written. */
interface ChangedPerson {
  known: StoredPerson;
  isChanged: boolean;
}

export async function readPeople(
  sql: Sql,
  wanted: readonly { environment: string; person: string }[],
): Promise<Map<string, ChangedPerson>> {
  const keys = new Map(
    wanted.map(({ environment, person }) => [keyOf(environment, person), { environment, person }]),
  );
  const people = new Map<string, ChangedPerson>();
  for (const row of await sql.each(selectPeople, sortedByKey(keys))) {
    const known = storedPersonOf(row);
    people.set(keyOf(known.environment, known.person), { known, isChanged: false });
  }
  return people;
}

/** Changes a person; one that `by` returns as it was is not written. */
export function change(
  people: Map<string, ChangedPerson>,
  environment: string,
  person: string,
  by: (known: StoredPerson) => StoredPerson,
): void {
  const id = keyOf(environment, person);
  const fresh = { environment, person, traits: {}, seen: {}, over_linked: false, revision: 0 };
  const known = people.get(id)?.known ?? fresh;
  const next = by(known);
  if (next !== known) people.set(id, { known: next, isChanged: true });
}

const withSeen = (known: StoredPerson, seen: StoredSeen): StoredPerson =>
  seen === known.seen ? known : { ...known, seen };

export async function writePeople(sql: Sql, people: ReadonlyMap<string, ChangedPerson>): Promise<void> {
  const rows = sortedByKey(people)
    .filter(({ isChanged }) => isChanged)
    .map(({ known }) => ({
      environment: known.environment,
      person: known.person,
      traits: JSON.stringify(known.traits),
      seen: JSON.stringify(known.seen),
      network_at: networkTime(known.seen),
      over_linked: known.over_linked ? 1 : 0,
      revision: known.revision + 1,
    }));
  const isNew = ({ revision }: { revision: number }): boolean => revision === 1;
  const there = [
    ...(await sql.each(insert, rows.filter(isNew))),
    ...(await sql.each(
      update,
      rows.filter((row) => !isNew(row)),
    )),
  ];
  if (there.length < rows.length) throw new LostRace('a person was changed meanwhile');
}

/** Reads a row of `people`. */
export const storedPersonOf = (row: Row): StoredPerson => ({
  environment: String(row['environment']),
  person: String(row['person']),
  traits: JSON.parse(String(row['traits'])) as StoredTraits,
  seen: JSON.parse(String(row['seen'])) as StoredSeen,
  over_linked: row['over_linked'] === 1,
  revision: Number(row['revision']),
});

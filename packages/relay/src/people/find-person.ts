import type { JsonObject } from '@tracklayer/core';
import type { Call } from '../operation.ts';
import { refusal } from '../problem.ts';
import { readTexts } from '../read/read-texts.ts';
import type { MirrorStatus } from '../store/mirrors.ts';
import type { Link } from '../store/people.ts';
import { userKey } from '../store/person-key.ts';
import { computeTraits } from '../traits/compute-traits.ts';
import { knownPerson } from './known-person.ts';

/** All that is known of one person, as `POST /api/people/find` answers (docs/wire.md W-54). Times are ISO-8601. */
export interface FoundPerson {
  user_id: string;
  anonymous_ids: readonly string[];
  /** Of the first hundred anonymous ids, those closed before included. */
  links: readonly ({ anonymous_id: string } & Omit<Link, 'user_id'>)[];
  /** Traits. */
  received: JsonObject;
  computed: JsonObject;
  audiences: readonly string[];
  /** What platforms hold of this person. */
  lists: readonly {
    destination: string;
    list: string;
    is_there: boolean;
    status: MirrorStatus;
    reason?: string | undefined;
  }[];
  /** The newest twenty. */
  events: readonly {
    event?: string | undefined;
    event_id?: string | undefined;
    status: 'accepted' | 'rejected';
    received_at: string;
  }[];
  is_over_linked: boolean;
  /** Whether there are more of them than are listed. */
  is_cut: { links: boolean; events: boolean };
}

const shownEvents = 20;
/** One id of a browser that a hundred people share is a fault; nobody has more of his own. */
const shownIds = 100;

/**
 * `POST /api/people/find` `{ user_id }` (docs/wire.md W-54): ids with their links, traits, audiences, what platforms hold,
 * and the newest events.
 *
 * @throws 404 for a user id of whom nothing came, 422 for a body without one.
 */
export async function findPerson({ request, store, environment, mirrors }: Call): Promise<Response> {
  const { user_id } = await readTexts(request, ['user_id']);
  const [person] = await store.people(environment, [{ user_id }]);
  const [page, lists] = await Promise.all([
    store.events(environment, { user_id, limit: shownEvents }),
    store.mirrorsOf(environment, user_id),
  ]);
  if (!knownPerson(person) && page.events.length === 0 && lists.length === 0)
    throw refusal(404, 'not_found', 'no person of this environment has this user_id');
  const { anonymous_ids = [], traits = {}, is_over_linked = false } = person ?? {};
  const links = await Promise.all(
    anonymous_ids.slice(0, shownIds).map(async (anonymous_id) => {
      const history = await store.links(environment, anonymous_id);
      return history
        .filter((link) => link.user_id === user_id)
        .map(({ linked_at, closed_at, source }) => ({ anonymous_id, linked_at, closed_at, source }));
    }),
  );
  const audiences = (await store.audiencesOf(environment, [userKey(user_id)])).get(userKey(user_id)) ?? [];
  const found: FoundPerson = {
    user_id,
    anonymous_ids,
    links: links.flat(),
    received: traits,
    computed: person ? computeTraits(person, audiences, mirrors.traits).traits : {},
    audiences,
    lists: lists.map(({ destination, list, isThere, status, reason }) => ({
      destination,
      list,
      is_there: isThere,
      status,
      reason,
    })),
    events: page.events.map(({ event, status, received_at }) => ({
      event: event.event,
      event_id: event.event_id,
      status,
      received_at,
    })),
    is_over_linked,
    is_cut: { links: anonymous_ids.length > shownIds, events: page.next_cursor !== null },
  };
  return Response.json(found);
}

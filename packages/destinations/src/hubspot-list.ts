import type { DestinationAnswer, Outcome, Reading } from './exchange.ts';
import { hubspotOutcome } from './hubspot-answers.ts';
import { hubspotHeaders, hubspotLists, type HubSpotAccount, type HubSpotList } from './hubspot-lists.ts';
import { makingFields, problemOfMaking } from './list-answers.ts';
import type { Mirror } from './mirror.ts';
import { textOf, type Person } from './person.ts';
import { jsonOf, wordOf } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';

/** A contact by a unique property of its own, or by the id of its record once that was found. */
export type HubSpotMember = { id: string; idProperty: string } | { record: string };

const version = '2026-09';
const base = 'https://api.hubapi.com';

/** HubSpot lists (developers.hubspot.com, lists). They take ids of records, so contacts are looked up first. */
export const hubspotList: Mirror<HubSpotAccount, HubSpotList, HubSpotMember> = {
  title: 'HubSpot lists',
  target: {
    list: { kind: 'text', matches: /^\d+$/, hint: 'id of a static list of contacts' },
    ...makingFields,
  },
  problem: (target) => problemOfMaking(target, target.list, 'list'),
  lists: hubspotLists,
  limits: { perRequest: 100, requestsPerMinute: 300 },
  consent: [],
  onChange: 'replace',
  map: (person, settings) => mapToMember(person, settings),
  find: {
    request(entries, settings) {
      const [first] = entries;
      const idProperty = first && 'idProperty' in first ? first.idProperty : 'email';
      return {
        method: 'POST',
        url: `${settings.endpoint ?? base}/crm/objects/${settings.version ?? version}/contacts/batch/read`,
        headers: hubspotHeaders(settings),
        body: JSON.stringify({
          idProperty,
          properties: [idProperty],
          inputs: entries.flatMap((entry) => ('id' in entry ? [{ id: entry.id }] : [])),
        }),
      };
    },
    read: readFound,
  },
  request({ action, entries }, settings, { list = '' }) {
    const ids = entries.flatMap((entry) => ('record' in entry ? [entry.record] : []));
    return {
      method: 'PUT',
      url: `${settings.endpoint ?? base}/crm/v3/lists/${list}/memberships/add-and-remove`,
      headers: hubspotHeaders(settings),
      body: JSON.stringify({
        recordIdsToAdd: action === 'add' ? ids : [],
        recordIdsToRemove: action === 'remove' ? ids : [],
      }),
    };
  },
  read: (answer, { action, entries }) => readMemberships(answer, action, entries),
};

function mapToMember({ traits, user_id }: Person, { userIdProperty }: HubSpotAccount): Mapped<HubSpotMember> {
  // One property for all, so that one look-up finds a whole batch; ours is there whatever the address.
  if (userIdProperty)
    return user_id
      ? { payload: { id: user_id, idProperty: userIdProperty } }
      : refuse('no_match_keys', ['user_id']);
  const email = textOf(traits, 'email')?.toLowerCase();
  return email
    ? { payload: { id: email, idProperty: 'email' } }
    : refuse('no_match_keys', ['traits.email', 'userIdProperty']);
}

function readFound(
  answer: DestinationAnswer,
  entries: readonly HubSpotMember[],
): { found: readonly (HubSpotMember | undefined)[] } | { all: Outcome } {
  const results = jsonOf(answer)?.['results'];
  if (answer.status < 200 || answer.status >= 300 || !Array.isArray(results))
    return { all: hubspotOutcome(answer) };
  const byId = new Map(
    (results as readonly Readonly<Record<string, unknown>>[]).flatMap(({ id, properties }) =>
      Object.values((properties ?? {}) as Record<string, unknown>).map(
        (value) => [wordOf(value).toLowerCase(), wordOf(id)] as const,
      ),
    ),
  );
  return {
    found: entries.map((entry) => {
      if (!('id' in entry)) return entry;
      const record = byId.get(entry.id.toLowerCase());
      return record ? { record } : undefined;
    }),
  };
}

function readMemberships(
  answer: DestinationAnswer,
  action: 'add' | 'remove',
  entries: readonly HubSpotMember[],
): Reading {
  const body = jsonOf(answer);
  if (answer.status < 200 || answer.status >= 300 || !body) return { all: hubspotOutcome(answer) };
  const missing = new Set([body['recordIdsMissing'] ?? []].flat().map(wordOf));
  return {
    each: entries.map((entry) =>
      // Who is gone from HubSpot is gone from its lists, too.
      action === 'add' && 'record' in entry && missing.has(entry.record)
        ? { class: 'reject', detail: 'HubSpot has no such contact any more' }
        : { class: 'ok' },
    ),
  };
}

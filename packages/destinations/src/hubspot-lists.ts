import { hubspotOutcome } from './hubspot-answers.ts';
import { countOf, factsOf, isTaken } from './list-answers.ts';
import type { ListCalls, MadeTarget } from './list-calls.ts';
import { jsonOf, wordOf } from './read-answer.ts';

/** One static list of contacts. */
export interface HubSpotList extends MadeTarget {
  /** Its id (`listId`). */
  list?: string | undefined;
}

export interface HubSpotAccount {
  token: string;
  userIdProperty?: string | undefined;
  endpoint?: string | undefined;
  version?: string | undefined;
}

const base = 'https://api.hubapi.com';
const contacts = '0-1';
const urlOf = ({ endpoint = base }: HubSpotAccount, path = ''): string => `${endpoint}/crm/v3/lists${path}`;
const listOf = (body: Readonly<Record<string, unknown>> | undefined) =>
  (body?.['list'] ?? {}) as Readonly<Record<string, unknown>>;

export const hubspotHeaders = ({ token }: HubSpotAccount) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${token}`,
});

/** Static lists of contacts. Every member of one is a contact, so there is no match rate. */
export const hubspotLists: ListCalls<HubSpotAccount, HubSpotList> = {
  measure: {
    request: (settings, { list = '' }) => ({
      method: 'GET',
      url: urlOf(settings, `/${list}`),
      headers: hubspotHeaders(settings),
    }),
    read: (answer) =>
      factsOf(
        answer,
        (body) => {
          const list = listOf(body);
          const more = (list['additionalProperties'] ?? {}) as Readonly<Record<string, unknown>>;
          return {
            size: countOf(list['size'] ?? more['hs_list_size']),
            state: wordOf(list['processingStatus']) || undefined,
          };
        },
        hubspotOutcome,
      ),
  },
  making: {
    find: (name, settings) => ({
      method: 'GET',
      url: urlOf(settings, `/object-type-id/${contacts}/name/${encodeURIComponent(name)}`),
      headers: hubspotHeaders(settings),
    }),
    readFound(answer) {
      if (answer.status === 404) return { found: undefined };
      const id = wordOf(listOf(jsonOf(answer))['listId']);
      return isTaken(answer) && id ? { found: { list: id } } : { all: hubspotOutcome(answer) };
    },
    create: (name, settings) => ({
      method: 'POST',
      url: urlOf(settings),
      headers: hubspotHeaders(settings),
      body: JSON.stringify({ name, objectTypeId: contacts, processingType: 'MANUAL' }),
    }),
    readMade(answer) {
      const id = wordOf(listOf(jsonOf(answer))['listId']);
      return isTaken(answer) && id ? { made: { list: id } } : { all: hubspotOutcome(answer) };
    },
  },
};

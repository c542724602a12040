import type { Json, JsonObject } from '@tracklayer/core';
import type { Mirror } from './mirror.ts';
import type { Person } from './person.ts';
import { byStatus } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';

/** A user with properties; those that are absent stay as they are. */
export interface HeapProperties {
  identity: string;
  properties: Readonly<Record<string, string | number | boolean>>;
}

interface Account {
  appId: string;
  region?: 'us' | 'eu' | undefined;
  endpoint?: string | undefined;
}

const hosts = { us: 'https://heapanalytics.com', eu: 'https://c.eu.heap-api.com' } as const;
const longestIdentity = 255;
const longestValue = 1_023;
const prefix = 'tracklayer_';

/**
 * Computed traits as properties of Heap's users (developers.heap.io, bulk add user properties), each under
 * `tracklayer_…`. The traits of the person that `map` is given are the computed ones.
 */
export const heapProperties: Mirror<Account, object, HeapProperties> = {
  title: 'Heap user properties',
  // Nothing to choose: an app of Heap has one set of users.
  target: {},
  // 15,000 users a minute: 15 full requests. Nobody knows when Heap's minute begins.
  limits: { perRequest: 1_000, requestsPerMinute: 15, isSpread: true },
  consent: ['analytics'],
  onChange: 'overwrite',
  difference: ({ identity, properties }, held) => {
    const gone = Object.keys(held.properties).filter((name) => !Object.hasOwn(properties, name));
    const changed = Object.entries(properties).filter(([name, value]) => held.properties[name] !== value);
    return {
      identity,
      properties: Object.fromEntries([...changed, ...gone.map((name) => [name, ''] as const)]),
    };
  },
  map: ({ user_id, traits }) => mapToProperties({ user_id, traits }),
  request({ action, entries }, { appId, region = 'us', endpoint = hosts[region] }) {
    return {
      method: 'POST',
      url: `${endpoint}/api/add_user_properties`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ app_id: appId, users: action === 'add' ? entries : entries.map(emptied) }),
    };
  },
  read(answer) {
    const isTaken = answer.status >= 200 && answer.status < 300 && !/^\s*</.test(answer.body);
    return { all: isTaken ? { class: 'ok' } : byStatus(answer) };
  },
};

function mapToProperties({ user_id, traits }: Pick<Person, 'user_id' | 'traits'>): Mapped<HeapProperties> {
  if (!user_id || user_id.length > longestIdentity) return refuse('no_match_keys', ['user_id']);
  return { payload: { identity: user_id, properties: plain(traits) } };
}

const plain = (traits: JsonObject): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(traits).flatMap(([name, value]) => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return Object.entries(value).map(([part, one]) => [`${prefix}${name}_${part}`, textOf(one)] as const);
      return value === null || value === undefined ? [] : [[prefix + name, textOf(value)] as const];
    }),
  );

/** Heap's values are text, numbers and yes or no. */
function textOf(value: Json | undefined): string | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return (typeof value === 'string' ? value : JSON.stringify(value ?? '')).slice(0, longestValue);
}

// Heap has no call that takes a property away.
const emptied = ({ identity, properties }: HeapProperties): HeapProperties => ({
  identity,
  properties: Object.fromEntries(Object.keys(properties).map((name) => [name, ''])),
});

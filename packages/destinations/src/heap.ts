import type { JsonObject } from '@tracklayer/core';
import type { Destination, DestinationAnswer, OutgoingEvent, Reading } from './destination.ts';
import { heapDeletion } from './heap-deletion.ts';
import { heapProperties } from './heap-properties.ts';
import type { Person } from './person.ts';
import { byStatus } from './read-answer.ts';
import { refuse, type Mapped } from './refusal.ts';
import type { CommonSettings } from './settings.ts';

export interface HeapSettings extends CommonSettings<HeapTrack> {
  /** Id of the environment, as in Heap's snippet. */
  appId: string;
  /** Heap's data centre. Default `us`. */
  region?: 'us' | 'eu' | undefined;
  /** Lets an erased person be deleted in Heap, in every environment of the account: the account's key, from Privacy & Security. */
  apiKey?: string | undefined;
  /** When Heap is asked what became of a deletion, in milliseconds after it was asked for. Default `600_000`. */
  confirmAfterMs?: number | undefined;
}

/** One of `events` of Heap's server-side track call. */
export interface HeapTrack {
  event: string;
  identity?: string | undefined;
  user_id?: string | undefined;
  session_id?: string | undefined;
  timestamp: string;
  idempotency_key: string;
  properties: Readonly<Record<string, string | number | boolean>>;
}

const hosts = { us: 'https://heapanalytics.com', eu: 'https://c.eu.heap-api.com' } as const;

/** The canonical event back in Heap, by its server-side API (developers.heap.io/reference/track-1). */
export const heap: Destination<HeapSettings, HeapTrack> = {
  type: 'heap',
  title: 'Heap',
  api: { version: '1' },
  settings: {
    appId: { kind: 'text', required: true, matches: /^\d+$/, hint: 'id of the environment' },
    region: { kind: 'text', oneOf: ['us', 'eu'], hint: "Heap's data centre" },
    apiKey: {
      kind: 'secret',
      hint: "deletes erased persons in Heap: the account's key, from Privacy & Security",
    },
    confirmAfterMs: { kind: 'number', hint: 'wait before Heap is asked what became of a deletion' },
  },
  // 15,000 events a minute for an app: 15 full requests.
  limits: { perRequest: 1_000, requestsPerMinute: 15 },
  consent: ['analytics'],
  deduplicates: 'idempotency_key',
  events: 'all',
  map: mapToHeap,
  request(payloads, { appId, region = 'us', endpoint = hosts[region] }) {
    return {
      method: 'POST',
      url: `${endpoint}/api/track`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ app_id: appId, events: payloads }),
    };
  },
  read: readHeap,
  properties: heapProperties,
  deletion: heapDeletion,
  keeps: ({ apiKey }) =>
    apiKey
      ? undefined
      : 'the user with all events: set `apiKey`, or delete the user in Heap (Account > Privacy & Security)',
};

const longestValue = 1_023;
const longestIdentity = 255;

function mapToHeap(event: OutgoingEvent, { user_id, heap: seen }: Person): Mapped<HeapTrack> {
  const identity = user_id && user_id.length <= longestIdentity ? { identity: user_id } : undefined;
  const who =
    identity ?? (seen.user_id && /^\d+$/.test(seen.user_id) ? { user_id: seen.user_id } : undefined);
  if (!who) return refuse('no_match_keys', ['user_id', 'context.heap.user_id']);
  return {
    payload: {
      event: event.name,
      ...who,
      ...(seen.session_id && { session_id: seen.session_id }),
      timestamp: new Date(event.at).toISOString(),
      idempotency_key: event.event_id,
      properties: flat(event.properties),
    },
  };
}

/** Heap's properties are text, numbers and yes or no; nested ones become paths, `items.0.item_id`. */
function flat(properties: JsonObject, prefix = ''): Record<string, string | number | boolean> {
  const pairs = Object.entries(properties).flatMap(([name, value]): [string, string | number | boolean][] => {
    const path = prefix + name;
    if (typeof value === 'string') return [[path, value.slice(0, longestValue)]];
    if (typeof value === 'number' || typeof value === 'boolean') return [[path, value]];
    return typeof value === 'object' && value !== null
      ? Object.entries(flat(value as JsonObject, `${path}.`))
      : [];
  });
  return Object.fromEntries(pairs);
}

function readHeap(answer: DestinationAnswer): Reading {
  const isTaken = answer.status >= 200 && answer.status < 300 && !/^\s*</.test(answer.body);
  return { all: isTaken ? { class: 'ok' } : byStatus(answer) };
}

import type { Json } from '@tracklayer/core';
import { inWords } from '@tracklayer/core';
import type { TraceFacts } from './facts.ts';
import type { Hop } from './trace.ts';

/** What the relay got under the id: how many copies, and where they contradict each other (docs/wire.md W-4). */
export function copiesHop({ event_id, event, record, key_properties }: TraceFacts): Hop {
  if (!record) {
    return {
      hop: 'copies',
      verdict: 'missing',
      at: null,
      detail: `no event ${event_id} reached the relay`,
      advice: `capture ${event} with the same ${listed(key_properties)}, and see onDrop of the client for a reason`,
      value: {},
    };
  }
  const {
    status,
    copies,
    conflicts,
    conflict_fields = [],
    later_copies = [],
    received_at,
    errors = [],
  } = record;
  const { properties = {}, source, user_id, occurred_at } = record.event;
  const named = [...new Set([...key_properties, 'value', 'currency'])].filter((name) => name in properties);
  const value: Record<string, Json | undefined> = {
    status,
    copies,
    conflicts,
    ...(conflict_fields.length > 0 && { conflict_fields }),
    ...(later_copies.length > 0 && { later_copies: later_copies.map((copy) => ({ ...copy })) }),
    source,
    user_id,
    occurred_at,
    client_occurred_at: record.client_occurred_at,
    properties: Object.fromEntries(named.map((name) => [name, properties[name]])),
  };
  const base = { hop: 'copies', at: received_at, value } as const;
  if (status === 'rejected') {
    return {
      ...base,
      verdict: 'failed',
      detail: `rejected: ${errors.map(inWords).join('; ')}`,
      advice: 'fix the call that captures it; a valid copy is accepted under the same id',
    };
  }
  const counted = copies === 1 ? 'one copy' : `${copies} copies`;
  const sources = [source, ...later_copies.map((copy) => copy.source)].map((name) => name ?? 'no source');
  const from = source === undefined && copies === 1 ? '' : ` from ${sources.join(', ')}`;
  if (conflicts > 0) {
    return {
      ...base,
      verdict: 'failed',
      detail: `${counted}${from}; ${conflicts === 1 ? 'one differs' : `${conflicts} differ`} in ${conflict_fields.join(', ')}`,
      advice: adviceOn(conflict_fields, key_properties),
    };
  }
  return { ...base, verdict: 'ok', detail: `accepted: ${counted}${from}` };
}

/** An id under which two things meet is too coarse; two values of one thing are a mistake of one side. */
function adviceOn(conflict_fields: readonly string[], key_properties: readonly string[]): string {
  const isOtherThing = conflict_fields.some(
    (path) => !['properties.value', 'properties.currency'].includes(path),
  );
  return isOtherThing
    ? `the id is too coarse: make ${listed(key_properties)} differ for each one, and leave event_id to the client`
    : 'take value and currency from the same place in page and server: the first copy counts';
}

const listed = (names: readonly string[]): string => (names.length > 0 ? names.join(' and ') : 'event_id');

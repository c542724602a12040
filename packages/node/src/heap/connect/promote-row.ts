import type { CaptureInput, EventMap, Events, Registry, RegistryEntry } from '@tracklayer/core';
import { businessIdOf, promoteStored, type HeapEventPerson, type HeapVisitor } from '../promote-stored.ts';
import { readHeapTime } from '../heap-time.ts';
import type { Row } from './avro-rows.ts';
import { textOf, type People } from './people.ts';

/** Why a row becomes no event, or the event, with its `event_id`. */
export type HeapConnectOutcome =
  | { status: 'promoted'; event: CaptureInput & { event_id: string } }
  /** Properties that the entry requires. */
  | { status: 'missing'; missing: readonly string[] }
  | { status: 'too_old' | 'out_of_range' | 'draft' | 'unmet' | 'unmapped' | 'invalid' };

export interface RowRules {
  registry: Registry;
  entry: RegistryEntry;
  people: People;
  personOf: (visitor: HeapVisitor) => HeapEventPerson;
  events: Events<EventMap> | undefined;
  /** All in milliseconds since 1970; `until` is not part of it. */
  since: number;
  until: number;
  oldest: number;
}

/** Decides what one row of an event's table becomes. */
export function promoteRow(row: Row, rules: RowRules): HeapConnectOutcome {
  const { registry, entry, people, personOf, events } = rules;
  const { event_id, user_id, session_id, time } = row;
  const { at } = readHeapTime(time);
  const heapId = textOf(user_id);
  if (at === undefined || !heapId) return { status: 'invalid' };
  if (at < rules.since || at >= rules.until) return { status: 'out_of_range' };
  if (at < rules.oldest) return { status: 'too_old' };
  const { source, source_event } = entry;
  const properties = { ...row, ...underTheirNames(entry, row) };
  const promotion = promoteStored(registry, { source, source_event, properties, at });
  if (promotion.status === 'missing') return { status: 'missing', missing: promotion.missing };
  if (promotion.status !== 'promoted') return { status: promotion.status };
  const person = personOf(people.find(heapId));
  const rowId = textOf(event_id);
  const id =
    promotion.event_id ??
    businessIdOf(promotion.event, promotion.properties, person, events) ??
    (rowId && `heap_${rowId}`);
  if (!id || (!person.user_id && !person.anonymous_id)) return { status: 'invalid' };
  const event = {
    event: promotion.event,
    event_id: id,
    ...person,
    properties: promotion.properties,
    source,
    occurred_at: at,
    context: { heap: { user_id: heapId, session_id: textOf(session_id) } },
  };
  return { status: 'promoted', event: event as CaptureInput & { event_id: string } };
}

/** Columns are the properties' names in lower case with underscores: `orderId` is `orderid` or `order_id` there. */
function underTheirNames({ properties = {} }: RegistryEntry, row: Row): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const from of Object.values(properties)) {
    const path = typeof from === 'object' && 'path' in from ? from.path : from;
    if (typeof path !== 'string' || Object.hasOwn(row, path)) continue;
    const column = Object.keys(row).find((name) => lettersOf(name) === lettersOf(path));
    if (column) found[path] = row[column];
  }
  return found;
}

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

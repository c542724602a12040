import type { Problem, WireEvent } from '@tracklayer/core';
import type { Arrival, RejectedEvent } from '../arrival.ts';
import type { CaptureOutcome, ReceivedEvent } from '../events.ts';
import { foldCopies, type EventCopy, type StoredCopy, type StoredEvent } from '../fold-copies.ts';
import { hasNetwork } from '../forget-fields.ts';
import { personOf } from '../person-key.ts';
import { forEach, keyOf, LostRace, sortedByKey, type Row, type Sql } from './sql.ts';

const changed = {
  environment: 'text',
  event_id: 'text',
  event: 'text',
  person: 'text',
  status: 'text',
  body: 'text',
  received_at: 'integer',
  client_occurred_at: 'text',
  copies: 'integer',
  conflicts: 'integer',
  conflict_fields: 'text',
  later_copies: 'text',
  errors: 'text',
  network: 'integer',
  revision: 'integer',
} as const;
const names = Object.keys(changed).join(', ');
const key = { environment: 'text', event_id: 'text' } as const;

const insert = forEach(
  changed,
  (input) => `
  INSERT INTO events (${names}) SELECT ${names} FROM ${input} WHERE true
  ON CONFLICT DO NOTHING RETURNING environment, event_id`,
);
const update = forEach(
  changed,
  (input) => `
  UPDATE events SET event = input.event, person = input.person, status = input.status, body = input.body,
    received_at = input.received_at, client_occurred_at = input.client_occurred_at, copies = input.copies,
    conflicts = input.conflicts, conflict_fields = input.conflict_fields, later_copies = input.later_copies, errors = input.errors,
    network = input.network, revision = events.revision + 1
  FROM ${input} WHERE events.environment = input.environment AND events.event_id = input.event_id
    AND events.revision = input.revision
  RETURNING events.environment, events.event_id`,
);
export const selectEvents = forEach(
  key,
  (input) => `
  SELECT events.* FROM ${input} JOIN events
    ON events.environment = input.environment AND events.event_id = input.event_id`,
);
const insertRejected = forEach(
  { ...key, event: 'text', body: 'text', received_at: 'integer', copies: 'integer', errors: 'text' },
  (input) => `
  INSERT INTO events (environment, event_id, event, status, body, received_at, copies, errors)
  SELECT environment, event_id, event, 'rejected', body, received_at, copies, errors FROM ${input} WHERE true
  ON CONFLICT (environment, event_id) DO UPDATE
    SET copies = events.copies + excluded.copies, errors = excluded.errors, revision = events.revision + 1
    WHERE events.status = 'rejected'`,
);

interface Copies {
  environment: string;
  event_id: string;
  copies: EventCopy[];
  /** Where the outcome of each copy belongs. */
  places: (readonly [arrival: number, message: number])[];
}

/** Writes the events of several requests; outcomes by request, in the order of its messages (docs/wire.md W-4). */
export async function writeEvents(
  sql: Sql,
  arrivals: readonly Arrival<ReceivedEvent>[],
): Promise<CaptureOutcome[][]> {
  const outcomes = arrivals.map(({ messages }) => Array<CaptureOutcome>(messages.length));
  const all = byEvent(arrivals);
  const fold = async (
    copies: readonly Copies[],
    known: ReadonlyMap<string, StoredEvent>,
    statement: typeof insert,
  ): Promise<Copies[]> => {
    const folded = copies.map((one) => ({
      one,
      ...foldCopies(known.get(keyOf(one.environment, one.event_id)), one.copies),
    }));
    const rows = folded.map(({ one, stored }) => rowOf(one, stored));
    const written = new Set((await sql.each(statement, rows)).map(eventKey));
    return folded.flatMap(({ one, outcomes: told }) => {
      if (!written.has(keyOf(one.environment, one.event_id))) return [one];
      one.places.forEach(([arrival, message], place) => {
        const list = outcomes[arrival];
        if (list) list[message] = told[place] as CaptureOutcome;
      });
      return [];
    });
  };
  // Most events are new: what was there already shows by what was not inserted.
  const repeated = await fold(all, new Map(), insert);
  if (repeated.length === 0) return outcomes;
  const rows = await sql.each(selectEvents, repeated);
  const known = new Map(rows.map((row) => [eventKey(row), storedOf(row)]));
  const lost = await fold(repeated, known, update);
  if (lost.length > 0) throw new LostRace('an event was changed meanwhile');
  return outcomes;
}

/** Remembers rejected events by their ids and reasons; what was accepted stays as it is. */
export async function writeRejected(sql: Sql, arrivals: readonly Arrival<unknown>[]): Promise<number> {
  const rows = new Map<
    string,
    RejectedEvent & { environment: string; received_at: number; copies: number }
  >();
  for (const { environment, received_at, rejected = [] } of arrivals) {
    for (const one of rejected) {
      const id = keyOf(environment, one.event_id);
      rows.set(id, { ...one, environment, received_at, copies: (rows.get(id)?.copies ?? 0) + 1 });
    }
  }
  const given = sortedByKey(rows).map(({ environment, event_id, event, errors, received_at, copies }) => ({
    environment,
    event_id,
    event: event ?? null,
    body: JSON.stringify({ event, event_id }),
    received_at,
    copies,
    errors: JSON.stringify(errors),
  }));
  await sql.each(insertRejected, given);
  return given.length;
}

function byEvent(arrivals: readonly Arrival<ReceivedEvent>[]): Copies[] {
  const all = new Map<string, Copies>();
  arrivals.forEach(({ environment, received_at, messages }, arrival) => {
    messages.forEach((received, message) => {
      const { event_id } = received.event;
      const id = keyOf(environment, event_id);
      let found = all.get(id);
      if (!found) all.set(id, (found = { environment, event_id, copies: [], places: [] }));
      found.copies.push({ ...received, received_at });
      found.places.push([arrival, message]);
    });
  });
  return sortedByKey(all);
}

const eventKey = ({ environment, event_id }: Row): string => keyOf(String(environment), String(event_id));

function rowOf({ environment, event_id }: Copies, stored: StoredEvent) {
  const { event, conflict_fields, later_copies, errors, erased_at: _, ...counts } = stored;
  return {
    ...counts,
    environment,
    event_id,
    event: event.event ?? null,
    person: personOf(event),
    body: JSON.stringify(event),
    conflict_fields: conflict_fields.length > 0 ? JSON.stringify(conflict_fields) : null,
    later_copies: later_copies.length > 0 ? JSON.stringify(later_copies) : null,
    errors: errors && JSON.stringify(errors),
    network: hasNetwork(event) ? 1 : 0,
  };
}

/** Reads a row of `events`. */
export function storedOf(row: Row): StoredEvent {
  return {
    event: JSON.parse(String(row['body'])) as Partial<WireEvent>,
    status: row['status'] === 'rejected' ? 'rejected' : 'accepted',
    received_at: Number(row['received_at']),
    client_occurred_at: typeof row['client_occurred_at'] === 'string' ? row['client_occurred_at'] : null,
    copies: Number(row['copies']),
    conflicts: Number(row['conflicts']),
    conflict_fields:
      typeof row['conflict_fields'] === 'string' ? (JSON.parse(row['conflict_fields']) as string[]) : [],
    later_copies:
      typeof row['later_copies'] === 'string' ? (JSON.parse(row['later_copies']) as StoredCopy[]) : [],
    errors: typeof row['errors'] === 'string' ? (JSON.parse(row['errors']) as Problem[]) : null,
    erased_at: row['erased_at'] === null ? null : Number(row['erased_at']),
    revision: Number(row['revision']),
  };
}

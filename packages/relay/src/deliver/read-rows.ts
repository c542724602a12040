import { setImmediate } from 'node:timers/promises';
import type { JsonObject } from '@tracklayer/core';
import { describeRefusal, mapEvent, refusals, type AcceptedEvent } from '@tracklayer/destinations';
import type { LeasedDelivery } from '../store/deliveries.ts';
import type { EventSummary } from '../store/events.ts';
import type { Person } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import type { Item } from './batches.ts';
import type { Configured } from './configured.ts';
import { isControlled } from './is-controlled.ts';
import { knownOf } from './known-of.ts';
import { noteOf } from './outcome.ts';

/** So many rows are read and mapped in one turn of the event loop: a customer's `map` may be slow. */
const rowsATurn = 100;
const twoWeeks = 14 * 86_400_000;
export const unknownOutcome =
  'unknown_outcome: it was sent once, without a response; a repeat could count twice there, so it is not sent again';

interface Reader {
  store: Store;
  configured: Configured;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Reads events and persons as they are now, and maps them; others have their turn in between. */
export async function readRows(
  rows: readonly LeasedDelivery[],
  reader: Reader,
  settleFinal: (row: LeasedDelivery, status: 'failed' | 'skipped', reason: string) => void,
): Promise<{ ready: Item[]; asked: Map<string, LeasedDelivery[]> }> {
  const ready: Item[] = [];
  const asked = new Map<string, LeasedDelivery[]>();
  for (let from = 0; from < rows.length; from += rowsATurn) {
    if (from > 0) await setImmediate();
    const some = rows.slice(from, from + rowsATurn);
    for (const { row, known } of await withEvents(some, reader.store)) {
      const read = readRow(row, known, reader);
      if ('refused' in read) settleFinal(row, read.refused, read.reason);
      else if ('item' in read) ready.push(read.item);
      else if (asked.get(read.ref)?.push(row) === undefined) asked.set(read.ref, [row]);
    }
  }
  return { ready, asked };
}

interface Known {
  summary: EventSummary;
  person: Person | undefined;
}

/** Rows with their event and its person; nothing of an event that is not there. */
async function withEvents(
  rows: readonly LeasedDelivery[],
  store: Store,
): Promise<{ row: LeasedDelivery; known: Known | undefined }[]> {
  const environment = rows[0]?.environment ?? '';
  const ids = rows.map(({ event_id }) => event_id);
  const summaries = await store.eventsById(environment, ids);
  const identities = summaries.map(({ event: { user_id, anonymous_id } }) => ({ user_id, anonymous_id }));
  const people = await store.people(environment, identities);
  const known = new Map(
    summaries.map((summary, place) => [summary.event.event_id, { summary, person: people[place] }]),
  );
  return rows.map((row) => ({ row, known: known.get(row.event_id) }));
}

type Read = { item: Item } | { ref: string } | { refused: 'failed' | 'skipped'; reason: string };

/** What is to be done with a row: to be sent, to be asked about, or neither. */
function readRow(
  row: LeasedDelivery,
  known: Known | undefined,
  { configured: { destination, settings }, now }: Omit<Reader, 'store'>,
): Read {
  const { ref, sending, since } = noteOf(row);
  const { summary, person } = known ?? {};
  if (!summary || summary.erased_at !== undefined)
    return { refused: 'skipped', reason: 'erased: the person or the event is gone' };
  // A replay of what never went plans it; it goes nowhere all the same.
  if (isControlled(summary.event))
    return { refused: 'skipped', reason: 'controlled: sent by verify, not live' };
  // From the first try on: what was planned long ago and is replayed, or was paused, is tried like any other.
  if (since !== undefined && now() - since > twoWeeks)
    return { refused: 'failed', reason: 'gave_up: no answer for two weeks' };
  if (ref !== undefined) return { ref };
  if (sending) return { refused: 'failed', reason: unknownOutcome };
  const event = summary.event as AcceptedEvent;
  const mapped = mapEvent(destination, event, knownOf(person), settings, { now: now() });
  if ('refused' in mapped) {
    const { refused } = mapped;
    return { refused: refusals[refused.reason].status, reason: describeRefusal(refused) };
  }
  const { payload, bytes, deadline } = mapped;
  return { item: { row, event, payload: payload as JsonObject, bytes, deadline } };
}

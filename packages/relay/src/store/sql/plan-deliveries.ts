import type { Arrival } from '../arrival.ts';
import { queueOf, type DeliveryRecord, type DeliveryStatus } from '../deliveries.ts';
import type { CaptureOutcome, ReceivedEvent } from '../events.ts';
import { personOf } from '../person-key.ts';
import { forEach, keyOf, sortedByKey, type Row, type Sql } from './sql.ts';

/** Plans what is not planned yet. */
export const plan = forEach(
  {
    environment: 'text',
    event_id: 'text',
    destination: 'text',
    event: 'text',
    queue: 'text',
    person: 'text',
    planned_at: 'integer',
    due_at: 'integer',
  },
  (input) => `
  INSERT INTO deliveries (environment, event_id, destination, event, queue, person, status, planned_at, due_at, changed_at)
  SELECT environment, event_id, destination, event, queue, person, 'pending', planned_at, due_at, planned_at
  FROM ${input} WHERE true ON CONFLICT DO NOTHING RETURNING event`,
);

/** Plans the deliveries of the copies that were accepted, in the commit that accepts them. */
export async function planDeliveries(
  sql: Sql,
  arrivals: readonly Arrival<ReceivedEvent>[],
  outcomes: readonly (readonly CaptureOutcome[])[],
): Promise<void> {
  const rows = new Map(
    arrivals.flatMap(({ environment, received_at, messages }, place) =>
      messages.flatMap(({ event, deliveries = [] }, message) =>
        outcomes[place]?.[message]?.status !== 'accepted'
          ? []
          : deliveries.map(({ destination, due_at }) => {
              const { event_id } = event;
              const row = {
                environment,
                event_id,
                destination,
                event: event.context?.test === undefined ? event.event : null,
                queue: queueOf(environment, destination),
                person: personOf(event),
                planned_at: received_at,
                due_at,
              };
              return [keyOf(environment, event_id, destination), row] as const;
            }),
      ),
    ),
  );
  await sql.each(plan, sortedByKey(rows));
}

const select = forEach(
  { environment: 'text', event_id: 'text' },
  (input) => `
  SELECT deliveries.* FROM ${input} JOIN deliveries
    ON deliveries.environment = input.environment AND deliveries.event_id = input.event_id`,
);

/** Reads the deliveries of one event, by destination (docs/wire.md W-30). */
export async function readDeliveries(
  sql: Sql,
  environment: string,
  event_id: string,
): Promise<readonly DeliveryRecord[]> {
  return (await readDeliveriesOf(sql, environment, [event_id])).get(event_id) ?? [];
}

/** Reads the deliveries of several events, by event and destination; an event without any has no entry. */
export async function readDeliveriesOf(
  sql: Sql,
  environment: string,
  event_ids: readonly string[],
): Promise<ReadonlyMap<string, readonly DeliveryRecord[]>> {
  const rows = await sql.each(
    select,
    event_ids.map((event_id) => ({ environment, event_id })),
  );
  const sorted = rows.toSorted((a, b) => (String(a['destination']) < String(b['destination']) ? -1 : 1));
  const byEvent = Map.groupBy(sorted, (row) => String(row['event_id']));
  return new Map([...byEvent].map(([event_id, deliveries]) => [event_id, deliveries.map(recordOf)]));
}

export const recordOf = (row: Row): DeliveryRecord => ({
  destination: String(row['destination']),
  status: row['status'] as DeliveryStatus,
  attempts: Number(row['attempts']),
  reason: row['reason'] === null ? undefined : String(row['reason']),
  destination_ref: row['destination_ref'] === null ? undefined : String(row['destination_ref']),
  at: new Date(Number(row['changed_at'])).toISOString(),
  ...answerOf(row),
});

/** What a row remembers of the platform's last answer, until retention takes it. */
function answerOf({ note }: Row): Pick<DeliveryRecord, 'answer'> {
  if (typeof note !== 'string') return {};
  const { last } = JSON.parse(note) as {
    last?: { at: string; request?: string; sent?: string; status: number; answer: string };
  };
  if (!last) return {};
  const { at, request, sent, status, answer: text } = last;
  return { answer: { at, request, sent, status, text } };
}

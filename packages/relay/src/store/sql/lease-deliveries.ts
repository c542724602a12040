import type { JsonObject } from '@tracklayer/core';
import type { LeasedDelivery, NoteRequest, SettledDelivery } from '../deliveries.ts';
import type { SettleRequest, Taken, TakeRequest } from '../queue.ts';
import { inOrder, isSameRow, settleRows, takeRows, workTable } from './lease-rows.ts';
import { countSettled } from './steps.ts';
import { addNotices } from './add-notices.ts';
import { forEach, keyOf, type Row, type Sql } from './sql.ts';

export const deliveryTable = workTable('deliveries', ['environment', 'event_id', 'destination'], 'event_id');
const key = { environment: 'text', event_id: 'text', destination: 'text' } as const;
/** What counting a settled row takes. */
export const counted =
  'deliveries.environment, deliveries.event, deliveries.destination, deliveries.planned_at, deliveries.status, deliveries.reason';
const settle = forEach(
  {
    ...key,
    lease: 'text',
    status: 'text',
    due_at: 'integer',
    reason: 'text',
    destination_ref: 'text',
    note: 'text',
    changed_at: 'integer',
  },
  (input) => `
  UPDATE deliveries SET lease = NULL, status = input.status, due_at = input.due_at, reason = input.reason,
    destination_ref = input.destination_ref, note = input.note, changed_at = input.changed_at
  FROM ${input} WHERE ${isSameRow(deliveryTable)} AND deliveries.lease = input.lease
  RETURNING deliveries.event_id, ${counted}`,
);
const note = forEach(
  { ...key, lease: 'text', note: 'text' },
  (input) => `
  UPDATE deliveries SET note = input.note
  FROM ${input} WHERE ${isSameRow(deliveryTable)} AND deliveries.lease = input.lease
  RETURNING deliveries.event_id`,
);

/** Leases due deliveries of one queue. */
export async function takeDeliveries(sql: Sql, request: TakeRequest): Promise<Taken<LeasedDelivery>> {
  const taken = await takeRows(sql, deliveryTable, request);
  return { ...taken, rows: taken.rows.map(leasedOf) };
}

/** Writes notes of leased rows, which stay leased. */
export async function noteDeliveries(sql: Sql, { lease, noted }: NoteRequest): Promise<number> {
  const rows = noted.map(({ note: text, environment, event_id, destination }) => ({
    environment,
    event_id,
    destination,
    lease,
    note: text ? JSON.stringify(text) : null,
  }));
  return (await sql.each(note, inOrder(deliveryTable, rows))).length;
}

/** Settles leased deliveries that this lease still holds, and counts them. */
export async function settleDeliveries(sql: Sql, request: SettleRequest<SettledDelivery>): Promise<number> {
  const written = await settleRows(sql, deliveryTable, request, {
    settle,
    rowOf: (one) => ({
      environment: one.environment,
      event_id: one.event_id,
      destination: one.destination,
      status: one.status,
      due_at: one.due_at ?? request.now,
      reason: one.reason ?? null,
      destination_ref: one.destination_ref ?? null,
      note: one.note ? JSON.stringify(one.note) : null,
    }),
  });
  await countSettled(sql, written);
  const isWritten = new Set(written.map((row) => keyOf(...nameOf(row))));
  const told = request.settled.flatMap(({ notice, ...one }) =>
    notice && isWritten.has(keyOf(one.environment, one.event_id, one.destination))
      ? [{ ...notice, environment: one.environment }]
      : [],
  );
  await addNotices(sql, told);
  return written.length;
}

const nameOf = (row: Row): [string, string, string] => [
  String(row['environment']),
  String(row['event_id']),
  String(row['destination']),
];

const leasedOf = (row: Row): LeasedDelivery => ({
  environment: String(row['environment']),
  event_id: String(row['event_id']),
  destination: String(row['destination']),
  person: row['person'] === null ? null : String(row['person']),
  event: row['event'] === null ? null : String(row['event']),
  planned_at: Number(row['planned_at']),
  attempts: Number(row['attempts']),
  note: typeof row['note'] === 'string' ? (JSON.parse(row['note']) as JsonObject) : null,
});

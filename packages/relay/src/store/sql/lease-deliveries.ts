import type { JsonObject } from '@tracklayer/core';
import type { LeasedDelivery, NoteRequest, SettledDelivery } from '../deliveries.ts';
import type { SettleRequest, Taken, TakeRequest } from '../queue.ts';
import { inOrder, isSameRow, settleRows, takeRows, workTable } from './lease-rows.ts';
import { countSettled } from './steps.ts';
import { forEach, type Row, type Sql } from './sql.ts';

const table = workTable('deliveries', ['environment', 'event_id', 'destination'], 'event_id');
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
  FROM ${input} WHERE ${isSameRow(table)} AND deliveries.lease = input.lease
  RETURNING ${counted}`,
);
const note = forEach(
  { ...key, lease: 'text', note: 'text' },
  (input) => `
  UPDATE deliveries SET note = input.note
  FROM ${input} WHERE ${isSameRow(table)} AND deliveries.lease = input.lease
  RETURNING deliveries.event_id`,
);

/** Leases due deliveries of one queue. */
export async function takeDeliveries(sql: Sql, request: TakeRequest): Promise<Taken<LeasedDelivery>> {
  const taken = await takeRows(sql, table, request);
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
  return (await sql.each(note, inOrder(table, rows))).length;
}

/** Settles leased deliveries that this lease still holds, and counts them. */
export async function settleDeliveries(sql: Sql, request: SettleRequest<SettledDelivery>): Promise<number> {
  const written = await settleRows(sql, table, request, {
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
  return written.length;
}

const leasedOf = (row: Row): LeasedDelivery => ({
  environment: String(row['environment']),
  event_id: String(row['event_id']),
  destination: String(row['destination']),
  person: row['person'] === null ? null : String(row['person']),
  planned_at: Number(row['planned_at']),
  attempts: Number(row['attempts']),
  note: typeof row['note'] === 'string' ? (JSON.parse(row['note']) as JsonObject) : null,
});

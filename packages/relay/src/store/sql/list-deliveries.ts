import type { DeliveryPage, DeliveryQuery } from '../deliveries.ts';
import { newValues, partsOf, type Values } from './parts.ts';
import { recordOf } from './plan-deliveries.ts';
import type { Row, Sql } from './sql.ts';

/** After every destination of an event: names hold none but lower-case letters, digits and `-`. */
const lastDestination = '~';

/** Reads a page of deliveries, by the event's id. */
export async function listDeliveries(
  sql: Sql,
  environment: string,
  { status, destination, reason, after, limit }: DeliveryQuery,
): Promise<DeliveryPage> {
  const rows: Row[] = [];
  const parts = partsOf(sql, {
    table: 'deliveries',
    columns: ['event_id', 'destination'],
    environment,
    after: [after ?? '', lastDestination],
  });
  for await (const part of parts) {
    const values = newValues();
    const filters = [
      part(values),
      ...(status === undefined ? [] : [`status = ${values.add(status)}`]),
      ...(destination === undefined ? [] : [`destination = ${values.add(destination)}`]),
      ...(reason === undefined ? [] : [hasReason(reason, values)]),
    ];
    const found = await sql.all(
      `SELECT * FROM deliveries WHERE ${filters.join(' AND ')}
       ORDER BY event_id, destination LIMIT ${values.add(limit - rows.length)}`,
      values.list,
    );
    rows.push(...found);
    if (rows.length >= limit) break;
  }
  const last = rows.length < limit ? undefined : rows.at(-1);
  // An event's rows are never cut by the end of a page: the cursor is its id.
  const whole = last ? rows.filter((row) => row['event_id'] !== last['event_id']) : rows;
  const shown = whole.length > 0 ? whole : rows;
  return {
    deliveries: shown.map((row) => ({
      event_id: String(row['event_id']),
      planned_at: new Date(Number(row['planned_at'])).toISOString(),
      ...recordOf(row),
    })),
    next_cursor: last ? String(shown.at(-1)?.['event_id']) : null,
  };
}

/** The stable word in front of what a platform said, or all of it. */
export const hasReason = (reason: string, values: Values): string =>
  `(reason = ${values.add(reason)} OR reason LIKE ${values.add(`${reason.replace(/[\\%_]/g, '\\$&')}:%`)} ESCAPE '\\')`;

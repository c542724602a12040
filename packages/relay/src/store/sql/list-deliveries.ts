import type { DeliveryPage, DeliveryQuery } from '../deliveries.ts';
import { newValues, partsOf, type Part, type Values } from './parts.ts';
import { recordOf } from './plan-deliveries.ts';
import type { Row, Sql } from './sql.ts';

/** After every destination of an event: names hold none but lower-case letters, digits and `-`. */
const lastDestination = '~';

/**
 * Reads a page of deliveries, by the event's id. An event's rows are never cut by the end of a page, since the cursor is
 * its id: where one event alone has more than the limit, the page is longer.
 */
export async function listDeliveries(
  sql: Sql,
  environment: string,
  { after, limit, ...query }: DeliveryQuery,
): Promise<DeliveryPage> {
  const rows: Row[] = [];
  const parts = partsOf(sql, {
    table: 'deliveries',
    columns: ['event_id', 'destination'],
    environment,
    after: [after ?? '', lastDestination],
  });
  for await (const part of parts) {
    rows.push(...(await select(sql, query, part, limit + 1 - rows.length)));
    if (rows.length > limit) break;
  }
  const beyond = rows[limit];
  if (!beyond) return { deliveries: rows.map(listed), next_cursor: null };
  const whole = rows.filter((row) => row['event_id'] !== beyond['event_id']);
  const last = whole.at(-1);
  if (last) return { deliveries: whole.map(listed), next_cursor: String(last['event_id']) };
  const ofOne: Part = (values) =>
    `environment = ${values.add(environment)} AND event_id = ${values.add(beyond['event_id'] ?? null)}`;
  const all = await select(sql, query, ofOne, mostDestinations);
  return { deliveries: all.map(listed), next_cursor: String(beyond['event_id']) };
}

/** Far more than anybody configures. */
const mostDestinations = 1_000;

function select(
  sql: Sql,
  { status, destination, reason }: Omit<DeliveryQuery, 'after' | 'limit'>,
  part: Part,
  limit: number,
): Promise<readonly Row[]> {
  const values = newValues();
  const filters = [
    part(values),
    ...(status === undefined ? [] : [`status = ${values.add(status)}`]),
    ...(destination === undefined ? [] : [`destination = ${values.add(destination)}`]),
    ...(reason === undefined ? [] : [hasReason(reason, values)]),
  ];
  return sql.all(
    `SELECT * FROM deliveries WHERE ${filters.join(' AND ')}
     ORDER BY event_id, destination LIMIT ${values.add(limit)}`,
    values.list,
  );
}

const listed = (row: Row): DeliveryPage['deliveries'][number] => ({
  event_id: String(row['event_id']),
  planned_at: new Date(Number(row['planned_at'])).toISOString(),
  ...recordOf(row),
});

/** The stable word in front of what a platform said, or all of it. */
export const hasReason = (reason: string, values: Values): string =>
  `(reason = ${values.add(reason)} OR reason LIKE ${values.add(`${reason.replace(/[\\%_]/g, '\\$&')}:%`)} ESCAPE '\\')`;

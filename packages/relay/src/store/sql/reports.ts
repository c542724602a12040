import type { Arrival } from '../arrival.ts';
import { forEach, keyOf, sortedByKey, type Sql } from './sql.ts';

type Request = Pick<Arrival<unknown>, 'environment' | 'received_at' | 'idempotency_key'>;

const remember = forEach(
  { environment: 'text', idempotency_key: 'text', received_at: 'integer' },
  (input) => `
  INSERT INTO reports (environment, idempotency_key, received_at)
  SELECT environment, idempotency_key, received_at FROM ${input} WHERE true
  ON CONFLICT DO NOTHING RETURNING environment, idempotency_key`,
);
const add = forEach(
  { environment: 'text', reason: 'text', slot: 'integer', count: 'integer' },
  (input) => `
  INSERT INTO dropped (environment, reason, slot, count) SELECT environment, reason, slot, count FROM ${input} WHERE true
  ON CONFLICT (environment, reason, slot) DO UPDATE SET count = dropped.count + excluded.count`,
);

/** Returns the requests that come for the first time, of those that report something (docs/wire.md W-15). */
export async function firstOf<Report extends Request>(
  sql: Sql,
  requests: readonly Report[],
): Promise<Report[]> {
  const rows = new Map(
    requests.flatMap(({ environment, idempotency_key, received_at }) =>
      idempotency_key === undefined
        ? []
        : [[keyOf(environment, idempotency_key), { environment, idempotency_key, received_at }] as const],
    ),
  );
  const isNew = new Set(
    (await sql.each(remember, sortedByKey(rows))).map((row) =>
      keyOf(String(row['environment']), String(row['idempotency_key'])),
    ),
  );
  return requests.filter(
    ({ environment, idempotency_key }) =>
      idempotency_key === undefined || isNew.delete(keyOf(environment, idempotency_key)),
  );
}

/** Adds up what clients say they dropped (docs/wire.md W-37). */
export async function writeReports(sql: Sql, arrivals: readonly Arrival<unknown>[]): Promise<void> {
  const reporting = arrivals.filter(
    ({ dropped }) => dropped !== undefined && Object.keys(dropped).length > 0,
  );
  const sums = new Map<string, { environment: string; reason: string; slot: number; count: number }>();
  for (const { environment, dropped = {} } of await firstOf(sql, reporting)) {
    for (const [reason, count] of Object.entries(dropped)) {
      const id = keyOf(environment, reason);
      sums.set(id, { environment, reason, slot: sql.slot, count: (sums.get(id)?.count ?? 0) + count });
    }
  }
  await sql.each(add, sortedByKey(sums));
}

export async function readDropped(sql: Sql, environment: string): Promise<Record<string, number>> {
  const rows = await sql.all(
    'SELECT reason, sum(count) AS count FROM dropped WHERE environment = $1 GROUP BY reason ORDER BY reason',
    [environment],
  );
  return Object.fromEntries(rows.map((row) => [String(row['reason']), Number(row['count'])]));
}

import { dayMs, dayOf, keptDays } from '../days.ts';
import type { SeenLabel, SightingReport } from '../drift.ts';
import { firstOf } from './reports.ts';
import { forEach, keyOf, sortedByKey, type Sql } from './sql.ts';

/** Labels of one environment and day; a page may make up any number of them. */
const maxLabels = 1_000;

const label = {
  environment: 'text',
  day: 'integer',
  source: 'text',
  source_event: 'text',
  slot: 'integer',
  count: 'integer',
} as const;
const names = Object.keys(label).join(', ');
const add = forEach(
  label,
  (input) => `
  UPDATE sightings SET count = sightings.count + input.count FROM ${input}
  WHERE sightings.environment = input.environment AND sightings.day = input.day AND sightings.source = input.source
    AND sightings.source_event = input.source_event AND sightings.slot = input.slot
  RETURNING sightings.source, sightings.source_event`,
);
const insert = forEach(
  label,
  (input) => `
  INSERT INTO sightings (${names}) SELECT ${names} FROM ${input} WHERE true
  ON CONFLICT (environment, day, source, source_event, slot) DO UPDATE SET count = sightings.count + excluded.count`,
);

/** Adds up labels that a client saw, by day (docs/wire.md W-38). */
export async function writeSightings(sql: Sql, report: SightingReport): Promise<void> {
  const [first] = await firstOf(sql, [report]);
  if (!first) return;
  const { environment, received_at, sightings } = first;
  const day = Math.floor(received_at / dayMs);
  const sums = new Map<string, { source: string; source_event: string; count: number }>();
  for (const { source, source_event, count } of sightings) {
    const id = keyOf(source, source_event);
    sums.set(id, { source, source_event, count: (sums.get(id)?.count ?? 0) + count });
  }
  const rows = sortedByKey(sums).map((one) => ({ ...one, environment, day, slot: sql.slot }));
  const known = new Set(
    (await sql.each(add, rows)).map((row) => keyOf(String(row['source']), String(row['source_event']))),
  );
  const fresh = rows.filter(({ source, source_event }) => !known.has(keyOf(source, source_event)));
  if (fresh.length === 0) return;
  await sql.all('DELETE FROM sightings WHERE environment = $1 AND day < $2', [environment, day - keptDays]);
  const [row] = await sql.all('SELECT count(*) AS rows FROM sightings WHERE environment = $1 AND day = $2', [
    environment,
    day,
  ]);
  await sql.each(insert, fresh.slice(0, Math.max(0, maxLabels - Number(row?.['rows']))));
}

/** Reads the labels that clients saw, and how often since a day. */
export async function readLabels(sql: Sql, environment: string, since: string): Promise<SeenLabel[]> {
  const rows = await sql.all(
    `SELECT source, source_event, max(day) AS last_day, sum(CASE WHEN day >= $2 THEN count ELSE 0 END) AS count
     FROM sightings WHERE environment = $1 GROUP BY source, source_event ORDER BY source, source_event`,
    [environment, Math.floor(Date.parse(since) / dayMs)],
  );
  return rows.map((row) => ({
    source: String(row['source']),
    source_event: String(row['source_event']),
    count: Number(row['count']),
    last_seen: dayOf(Number(row['last_day']) * dayMs),
  }));
}

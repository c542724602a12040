import type { DatabaseSync } from 'node:sqlite';
import { dayMs, dayOf, keptDays } from './days.ts';
import type { SeenLabel, SightingReport } from './store.ts';

/** Labels of one environment and day; a page may make up any number of them. */
const maxLabels = 1_000;

/** Labels that clients saw, counted by day (docs/wire.md W-38). Writes belong into a transaction. */
export function sqliteSightings(database: DatabaseSync) {
  const add = database.prepare(
    'UPDATE sightings SET count = count + ? WHERE environment = ? AND day = ? AND source = ? AND source_event = ?',
  );
  const known = database.prepare('SELECT count(*) AS rows FROM sightings WHERE environment = ? AND day = ?');
  const insert = database.prepare('INSERT INTO sightings VALUES (?, ?, ?, ?, ?)');
  const forget = database.prepare('DELETE FROM sightings WHERE environment = ? AND day < ?');
  const list = database.prepare(`
    SELECT source, source_event, max(day) AS last_day, sum(iif(day >= :since, count, 0)) AS count FROM sightings
    WHERE environment = :environment GROUP BY source, source_event`);

  return {
    write({ environment, received_at, sightings }: SightingReport): void {
      const day = Math.floor(received_at / dayMs);
      forget.run(environment, day - keptDays);
      let room = maxLabels - Number(known.get(environment, day)?.['rows']);
      for (const { source, source_event, count } of sightings) {
        if (add.run(count, environment, day, source, source_event).changes > 0 || room-- <= 0) continue;
        insert.run(environment, day, source, source_event, count);
      }
    },

    labels: (environment: string, since: string): SeenLabel[] =>
      list.all({ environment, since: Date.parse(since) / dayMs }).map((row) => ({
        source: String(row['source']),
        source_event: String(row['source_event']),
        count: Number(row['count']),
        last_seen: dayOf(Number(row['last_day']) * dayMs),
      })),
  };
}

import type { DatabaseSync } from 'node:sqlite';
import type { Delivery } from './store.ts';

/** Longer than any client keeps a message, and so repeats a request (docs/wire.md W-29). */
const memoryMs = 30 * 24 * 3_600_000;

/** What clients said they dropped (docs/wire.md W-37). */
export function sqliteReports(database: DatabaseSync) {
  const remember = database.prepare('INSERT OR IGNORE INTO reports VALUES (?, ?, ?)');
  const forget = database.prepare('DELETE FROM reports WHERE environment = ? AND received_at < ?');
  const add = database.prepare(
    'INSERT INTO dropped VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  );
  const select = database.prepare('SELECT reason, count FROM dropped WHERE environment = ? ORDER BY reason');

  return {
    write({ environment, received_at, dropped = {}, request_id }: Delivery<unknown>): void {
      const counts = Object.entries(dropped);
      if (counts.length === 0) return;
      forget.run(environment, received_at - memoryMs);
      if (request_id !== undefined && remember.run(environment, request_id, received_at).changes === 0)
        return;
      for (const [reason, count] of counts) add.run(environment, reason, count);
    },

    dropped: (environment: string): Record<string, number> =>
      Object.fromEntries(select.all(environment).map((row) => [String(row['reason']), Number(row['count'])])),
  };
}

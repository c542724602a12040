import type { DatabaseSync } from 'node:sqlite';
import type { Delivery } from './store.ts';

/** Longer than any client keeps a message, and so repeats a request (docs/wire.md W-29). */
const memoryMs = 30 * 24 * 3_600_000;

type Request = Pick<Delivery<unknown>, 'environment' | 'received_at' | 'idempotency_key'>;

/** What clients said they dropped (docs/wire.md W-37). */
export function sqliteReports(database: DatabaseSync) {
  const remember = database.prepare('INSERT OR IGNORE INTO reports VALUES (?, ?, ?)');
  const forget = database.prepare('DELETE FROM reports WHERE environment = ? AND received_at < ?');
  const add = database.prepare(
    'INSERT INTO dropped VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  );
  const select = database.prepare('SELECT reason, count FROM dropped WHERE environment = ? ORDER BY reason');

  /** Whether a request that reports something comes for the first time. */
  function isFirst({ environment, received_at, idempotency_key }: Request): boolean {
    forget.run(environment, received_at - memoryMs);
    return (
      idempotency_key === undefined || remember.run(environment, idempotency_key, received_at).changes > 0
    );
  }

  return {
    isFirst,

    write(delivery: Delivery<unknown>): void {
      const counts = Object.entries(delivery.dropped ?? {});
      if (counts.length === 0 || !isFirst(delivery)) return;
      for (const [reason, count] of counts) add.run(delivery.environment, reason, count);
    },

    dropped: (environment: string): Record<string, number> =>
      Object.fromEntries(select.all(environment).map((row) => [String(row['reason']), Number(row['count'])])),
  };
}

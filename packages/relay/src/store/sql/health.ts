import { randomBytes } from 'node:crypto';
import type { Database } from './sql.ts';

/** Knows whether the database takes what requests bring. */
export interface Health {
  /** Notes what becomes of a commit, and passes it on. */
  watch<Result>(committing: Promise<Result>): Promise<Result>;
  /** Resolves when a commit goes through, rejects when it does not (docs/wire.md W-35). */
  check(): Promise<void>;
}

/** Some batches of events. */
const ballastBytes = 1_048_576;

const commit = `
  INSERT INTO health (slot, commits, ballast) VALUES ($1, 1, $2)
  ON CONFLICT (slot) DO UPDATE SET commits = health.commits + 1, ballast = excluded.ballast`;

export function createHealth({ transaction, isOutage }: Database): Health {
  let hadOutage = false;

  const commitWith = (ballast: string | null): Promise<void> =>
    transaction(async (sql) => {
      await sql.all(commit, [sql.slot, ballast]);
    });

  return {
    async watch(committing) {
      try {
        return await committing;
      } catch (cause) {
        if (isOutage(cause)) hadOutage = true;
        throw cause;
      }
    },
    async check() {
      // A full disk has room for one small row long after it has none for events. Random, since zeros would be compressed.
      if (hadOutage) await commitWith(randomBytes(ballastBytes / 2).toString('hex'));
      hadOutage = false;
      await commitWith(null);
    },
  };
}

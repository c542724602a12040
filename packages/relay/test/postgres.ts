import { Client } from 'pg';
import { freshName, startPostgres, type TestPostgres } from '../../../tools/postgres.ts';

// Files share their worker, and so the server, which ends with it.
const kept = globalThis as { tracklayerTestPostgres?: Promise<TestPostgres> };

/** The Postgres of this worker; commits are not forced to the disk, which no test here pulls the plug on. */
export const testPostgres = (): Promise<TestPostgres> =>
  (kept.tracklayerTestPostgres ??= startPostgres({ settings: ['fsync=off', 'max_connections=300'] }));

/** The address of an empty schema of its own, which takes a tenth of the time that a database does. */
export async function freshPostgres(): Promise<string> {
  const url = new URL((await testPostgres()).url);
  const name = freshName();
  await query(url.href, `CREATE SCHEMA ${name}`);
  url.searchParams.set('options', `-c search_path=${name}`);
  return url.href;
}

/** Runs statements on a connection of its own; the rows of the last. */
export async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results = [await client.query<Record<string, unknown>>(text)].flat();
    return results.at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}

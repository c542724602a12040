import { TrackLayerError } from '@tracklayer/core';
import type { ClientBase } from 'pg';
import { migrations } from './schema.ts';

/** A number that no other program's advisory locks have, as far as one can know. */
const lock = 7_305_917_431;
const oldestServer = 150_000;

/**
 * Brings the tables to this relay's version; several relays may start at once.
 *
 * @throws TrackLayerError `invalid_options` when the server is too old, or the tables are of a newer relay.
 */
export async function migrate(client: ClientBase): Promise<void> {
  const { rows: servers } = await client.query<{ version: string }>(
    "SELECT current_setting('server_version_num') AS version",
  );
  if (Number(servers[0]?.version) < oldestServer) {
    throw new TrackLayerError('invalid_options', 'Postgres must be version 15 or newer');
  }
  await client.query('BEGIN');
  try {
    // A start that finds everything in place takes no lock, and needs no right to make tables.
    if ((await versionOf(client)) < migrations.length) {
      // Held until the transaction ends, so that a pooler between us and the server does no harm.
      await client.query('SELECT pg_advisory_xact_lock($1)', [lock]);
      await client.query(
        'CREATE TABLE IF NOT EXISTS schema_versions (version integer PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT now())',
      );
      const seen = await versionOf(client);
      for (const [place, script] of migrations.entries()) {
        if (place < seen) continue;
        await client.query(script);
        await client.query('INSERT INTO schema_versions (version) VALUES ($1)', [place + 1]);
      }
    }
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    throw cause;
  }
}

async function versionOf(client: ClientBase): Promise<number> {
  const { rows: found } = await client.query<{ name: string | null }>(
    "SELECT to_regclass('schema_versions') AS name",
  );
  if (found[0]?.name == null) return 0;
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM schema_versions',
  );
  const version = rows[0]?.version ?? 0;
  if (version > migrations.length) {
    throw new TrackLayerError(
      'invalid_options',
      `the database was written by a newer relay (schema ${version}); upgrade @tracklayer/relay`,
    );
  }
  return version;
}

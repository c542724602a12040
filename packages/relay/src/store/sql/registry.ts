import type { RegistryEntry } from '@tracklayer/core';
import type { NewRegistry, RegistryVersion, VersionPage, VersionSummary } from '../registry.ts';
import type { Row, Sql } from './sql.ts';

/** Reads the registry in force (docs/wire.md W-32). */
export async function readRegistry(sql: Sql, environment: string): Promise<RegistryVersion> {
  const [row] = await sql.all(
    'SELECT version, entries FROM registries WHERE environment = $1 ORDER BY version DESC LIMIT 1',
    [environment],
  );
  return row ? versionOf(row) : { version: 0, entries: [] };
}

export async function readVersion(
  sql: Sql,
  environment: string,
  version: number,
): Promise<RegistryVersion | undefined> {
  const statement = 'SELECT version, entries FROM registries WHERE environment = $1 AND version = $2';
  const [row] = await sql.all(statement, [environment, version]);
  return row && versionOf(row);
}

export async function listVersions(
  sql: Sql,
  environment: string,
  { before = Number.MAX_SAFE_INTEGER, limit }: VersionPage,
): Promise<VersionSummary[]> {
  const rows = await sql.all(
    `SELECT version, entry_count, created_at FROM registries
     WHERE environment = $1 AND version < $2 ORDER BY version DESC LIMIT $3`,
    [environment, before, limit],
  );
  return rows.map((row) => ({
    version: Number(row['version']),
    entries: Number(row['entry_count']),
    at: new Date(Number(row['created_at'])).toISOString(),
  }));
}

/** Appends a version to the one it replaces; nothing when another came first. */
export async function appendVersion(
  sql: Sql,
  environment: string,
  { replaces, entries, at }: NewRegistry,
): Promise<number | undefined> {
  if ((await readRegistry(sql, environment)).version !== replaces) return undefined;
  const appended = await sql.all(
    `INSERT INTO registries (environment, version, entries, entry_count, created_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING version`,
    [environment, replaces + 1, JSON.stringify(entries), entries.length, at],
  );
  return appended.length > 0 ? replaces + 1 : undefined;
}

const versionOf = (row: Row): RegistryVersion => ({
  version: Number(row['version']),
  entries: JSON.parse(String(row['entries'])) as readonly RegistryEntry[],
});

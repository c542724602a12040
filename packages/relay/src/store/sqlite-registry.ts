import type { RegistryEntry } from '@tracklayer/core';
import type { DatabaseSync } from 'node:sqlite';
import type { NewRegistry, RegistryVersion, VersionPage, VersionSummary } from './store.ts';

/** Every version of each environment's registry (docs/wire.md W-32). Writes belong into a transaction. */
export function sqliteRegistry(database: DatabaseSync) {
  const newest = database.prepare(
    'SELECT version, entries FROM registries WHERE environment = ? ORDER BY version DESC LIMIT 1',
  );
  const one = database.prepare(
    'SELECT version, entries FROM registries WHERE environment = ? AND version = ?',
  );
  const page = database.prepare(
    `SELECT version, json_array_length(entries) AS entries, created_at FROM registries
     WHERE environment = ? AND version < ? ORDER BY version DESC LIMIT ?`,
  );
  const append = database.prepare('INSERT INTO registries VALUES (?, ?, ?, ?)');

  function read(environment: string): RegistryVersion {
    return versionOf(newest.get(environment)) ?? { version: 0, entries: [] };
  }

  const readVersion = (environment: string, version: number): RegistryVersion | undefined =>
    versionOf(one.get(environment, version));

  function list(environment: string, { before, limit }: VersionPage): VersionSummary[] {
    return page.all(environment, before ?? Number.MAX_SAFE_INTEGER, limit).map((row) => ({
      version: Number(row['version']),
      entries: Number(row['entries']),
      at: new Date(Number(row['created_at'])).toISOString(),
    }));
  }

  function write(environment: string, { replaces, entries, at }: NewRegistry): number | undefined {
    if (read(environment).version !== replaces) return undefined;
    append.run(environment, replaces + 1, JSON.stringify(entries), at);
    return replaces + 1;
  }

  return { read, readVersion, list, write };
}

const versionOf = (row: Record<string, unknown> | undefined): RegistryVersion | undefined =>
  row && {
    version: Number(row['version']),
    entries: JSON.parse(String(row['entries'])) as readonly RegistryEntry[],
  };

import type { RegistryEntry } from '@tracklayer/core';
import type { DatabaseSync } from 'node:sqlite';
import type { NewRegistry, RegistryVersion } from './store.ts';

/** Every version of each environment's registry (docs/wire.md W-32). Writes belong into a transaction. */
export function sqliteRegistry(database: DatabaseSync) {
  const newest = database.prepare(
    'SELECT version, entries FROM registries WHERE environment = ? ORDER BY version DESC LIMIT 1',
  );
  const append = database.prepare('INSERT INTO registries VALUES (?, ?, ?, ?)');

  function read(environment: string): RegistryVersion {
    const row = newest.get(environment);
    if (!row) return { version: 0, entries: [] };
    return {
      version: Number(row['version']),
      entries: JSON.parse(String(row['entries'])) as readonly RegistryEntry[],
    };
  }

  function write(environment: string, { replaces, entries, at }: NewRegistry): number | undefined {
    if (read(environment).version !== replaces) return undefined;
    append.run(environment, replaces + 1, JSON.stringify(entries), at);
    return replaces + 1;
  }

  return { read, write };
}

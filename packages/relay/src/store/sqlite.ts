import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createGroupCommit, transaction } from './group-commit.ts';
import { migrations } from './schema/sqlite.ts';
import { sqliteEvents } from './sqlite-events.ts';
import { sqlitePeople } from './sqlite-people.ts';
import { sqliteRegistry } from './sqlite-registry.ts';
import { sqliteReports } from './sqlite-reports.ts';
import { sqliteShapes } from './sqlite-shapes.ts';
import { sqliteSightings } from './sqlite-sightings.ts';
import type { Store } from './store.ts';

export interface SqliteStoreOptions {
  /** The file; folders are made as needed. `:memory:` keeps nothing. */
  path: string;
  /** How long a commit waits for another process that holds the file, in milliseconds. Default `2_000`. */
  busyTimeoutMs?: number | undefined;
}

/**
 * A {@link Store} in one SQLite file: no service, no install step. WAL with `synchronous=FULL`: what was committed
 * survives `kill -9` and a power cut (docs/wire.md W-36). Several processes may share the file.
 *
 * @throws when the file cannot be opened, is no database, or was written by a newer relay.
 */
export function createSqliteStore({ path, busyTimeoutMs = 2_000 }: SqliteStoreOptions): Store {
  if (path !== ':memory:') createPrivateFile(resolve(path));
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  migrate(database, path);

  const shapes = sqliteShapes(database);
  const commits = createGroupCommit(database, { beforeCommit: shapes.write, rolledBack: shapes.discard });
  const events = sqliteEvents(database);
  const people = sqlitePeople(database);
  const reports = sqliteReports(database);
  const registries = sqliteRegistry(database);
  const sightings = sqliteSightings(database);
  const touch = database.prepare('UPDATE health SET commits = commits + 1');

  return {
    capture: (delivery) =>
      commits.run(() => {
        reports.write(delivery);
        const { environment, received_at } = delivery;
        for (const rejected of delivery.rejected ?? []) {
          events.reject(delivery, rejected);
          if (rejected.event) shapes.seeRejected(environment, received_at, rejected.event);
        }
        return delivery.messages.map((message) => {
          const outcome = events.write(delivery, message);
          shapes.see(environment, received_at, message.event, outcome.conflicts.length > 0);
          return outcome;
        });
      }),
    identify: (delivery) =>
      commits.run(() => {
        reports.write(delivery);
        return delivery.messages.map((message) => people.write(delivery, message));
      }),
    unlink: (environment, anonymous_id, at) =>
      commits.run(() => people.unlink(environment, anonymous_id, at)),
    event: async (environment, event_id) => {
      const summary = events.read(environment, event_id);
      return summary && { ...summary, identity: people.identity(environment, summary.event) };
    },
    events: async (environment, query) => events.list(environment, query),
    traits: async (environment, user_id) => people.traits(environment, user_id),
    links: async (environment, anonymous_id) => people.links(environment, anonymous_id),
    dropped: async (environment) => reports.dropped(environment),
    registry: async (environment) => registries.read(environment),
    registryVersion: async (environment, version) => registries.readVersion(environment, version),
    registryVersions: async (environment, page) => registries.list(environment, page),
    putRegistry: (environment, registry) => commits.run(() => registries.write(environment, registry)),
    addSightings: (report) =>
      commits.run(() => {
        if (reports.isFirst(report)) sightings.write(report);
      }),
    labels: async (environment, since) => sightings.labels(environment, since),
    shapedEvents: async (environment) => shapes.events(environment),
    shapes: async (environment, event) => shapes.list(environment, event),
    check: () => commits.run(() => void touch.run()),
    close: async () => {
      commits.commit();
      if (database.isOpen) database.close();
    },
  };
}

/** Who bought what is nobody else's to read. SQLite gives its side files the mode of the main one. */
function createPrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

function migrate(database: DatabaseSync, path: string): void {
  transaction(database, () => {
    const row = database.prepare('PRAGMA user_version').get();
    const version = Number(row?.['user_version']);
    if (version > migrations.length) {
      throw new Error(`${path} was written by a newer relay (schema ${version}); upgrade @tracklayer/relay`);
    }
    for (const script of migrations.slice(version)) database.exec(script);
    if (version < migrations.length) database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Columns, Database, Row, SetStatement, Sql, SqlValue } from '../sql/sql.ts';
import { firstVersion, migrations } from './schema.ts';

/** How often a transaction asks whether another process still holds the file, in milliseconds. */
const busySliceMs = 10;
/** So many statements of a set run in one turn of the event loop, a millisecond or two. */
const statementsATurn = 50;
/**
 * Pages in the WAL that make a commit write them back. SQLite's own 1,000 writes the same index pages back four times as
 * often: batches go 25 % faster with this at 400,000 events, and 4 ms instead of 15 ms are the slowest hundredth. In return
 * the one commit in some hundred that does it takes 50 ms, not 30.
 */
const checkpointPages = 4_000;
/** A WAL is some twenty megabytes under load. */
const walBytes = 67_108_864;
/** Pages of indexes that a writer keeps, in KiB: with SQLite's own 2 MB, batches take a tenth longer at 400,000 events. */
const cacheKb = 16_384;
/** So many rows are looked through in a millisecond or two. */
const partRows = 5_000;

/** Opens a file, makes its folders and tables as needed, and gives it to one transaction at a time. */
export function openSqlite({ path, busyTimeoutMs }: { path: string; busyTimeoutMs: number }): Database {
  const isMemory = path === ':memory:';
  if (!isMemory) createPrivateFile(resolve(path));
  const writer = new DatabaseSync(path, { timeout: busyTimeoutMs });
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  // While a backup reads, the WAL grows; afterwards it gives back what is beyond this.
  writer.exec(`PRAGMA journal_size_limit = ${walBytes}; PRAGMA cache_size = -${cacheKb};
    PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  migrate(writer, path);
  // From here on waiting is done between turns of the event loop.
  writer.exec('PRAGMA busy_timeout = 0');
  // Reads see what was committed, and nothing of a transaction in progress.
  const reader = isMemory ? writer : new DatabaseSync(path, { readOnly: true });
  // In memory a read between two turns of a transaction would see half of it.
  const sql = sqlOf(writer, isMemory ? Infinity : statementsATurn);
  const read = isMemory ? sql : sqlOf(reader, statementsATurn);
  let last: Promise<unknown> = Promise.resolve();

  async function begin(): Promise<void> {
    const tries = Math.ceil(busyTimeoutMs / busySliceMs);
    for (let left = tries; ; left--) {
      try {
        writer.exec('BEGIN IMMEDIATE');
        return;
      } catch (cause) {
        if (!isBusy(cause) || left <= 0) throw cause;
        await setTimeout(busySliceMs);
      }
    }
  }

  async function transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    await begin();
    try {
      const result = await work(sql);
      writer.exec('COMMIT');
      return result;
    } catch (cause) {
      try {
        writer.exec('ROLLBACK');
      } catch {
        // A full disk has rolled back already.
      }
      throw cause;
    }
  }

  return {
    read,
    transaction(work) {
      const running = last.then(() => transaction(work));
      last = running.catch(() => {});
      return running;
    },
    isOutage: (cause) => isBusy(cause) || isFull(cause),
    writers: 1,
    async close() {
      await last;
      for (const database of new Set([reader, writer])) if (database.isOpen) database.close();
    },
  };
}

function sqlOf(database: DatabaseSync, perTurn: number): Sql {
  const prepared = new Map<string, StatementSync>();
  const bySet = new Map<SetStatement<Columns>, StatementSync>();

  function prepare(text: string): StatementSync {
    let statement = prepared.get(text);
    if (!statement) prepared.set(text, (statement = database.prepare(text.replace(/\$(\d+)/g, '?$1'))));
    return statement;
  }

  function prepareSet<Given extends Columns>(set: SetStatement<Given>): StatementSync {
    let statement = bySet.get(set);
    if (!statement) {
      const given = Object.keys(set.columns).map((name, place) => `?${place + 1} AS ${name}`);
      statement = database.prepare(set.text(`(SELECT ${given.join(', ')}) AS input`));
      bySet.set(set, statement);
    }
    return statement;
  }

  return {
    all: async (text, values: readonly SqlValue[] = []) => prepare(text).all(...values) as Row[],
    // A prepared statement for each row is quicker here than one for all of them.
    each: async (set, rows) => {
      if (rows.length === 0) return [];
      const statement = prepareSet(set);
      const names = Object.keys(set.columns);
      const found: Row[] = [];
      for (const [place, row] of rows.entries()) {
        if (place > 0 && place % perTurn === 0) await setImmediate();
        found.push(...(statement.all(...names.map((name) => row[name] ?? null)) as Row[]));
      }
      return found;
    },
    forUpdate: '',
    partRows,
    slot: 0,
  };
}

/** Who bought what is for the owner's eyes only. SQLite gives its side files the mode of the main one. */
function createPrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

const newest = firstVersion + migrations.length - 1;

function migrate(database: DatabaseSync, path: string): void {
  try {
    // A start that finds everything in place need not wait for who writes just now.
    if (readVersion(database, path) === newest) return;
    database.exec('BEGIN IMMEDIATE');
    const version = readVersion(database, path);
    const seen = version === 0 ? 0 : version - firstVersion + 1;
    for (const script of migrations.slice(seen)) database.exec(script);
    database.exec(`PRAGMA user_version = ${newest}; COMMIT`);
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function readVersion(database: DatabaseSync, path: string): number {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > newest) {
    throw new Error(`${path} was written by a newer relay (schema ${version}); upgrade @tracklayer/relay`);
  }
  if (version > 0 && version < firstVersion) {
    throw new Error(
      `${path} was written before the first release (schema ${version}); move it away, and start again`,
    );
  }
  return version;
}

const resultCode = (cause: unknown): number =>
  cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
/** Another process holds the file. */
const isBusy = (cause: unknown): boolean => resultCode(cause) === 5;
/** The disk is full, or cannot be written. */
const isFull = (cause: unknown): boolean => [8, 10, 13].includes(resultCode(cause));

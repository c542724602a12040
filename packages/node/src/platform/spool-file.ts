import { TrackLayerError, type StoredMessage } from '@tracklayer/core';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

/** One SQLite file of waiting messages, locked for as long as it is open. */
export interface SpoolFile {
  put(message: StoredMessage): void;
  remove(seqs: readonly number[]): void;
  clear(): void;
  /** Messages in their order, one at a time; throws at the first that can't be read. */
  read(): Iterable<Omit<StoredMessage, 'seq'>>;
  isEmpty(): boolean;
  /** Commits everything that `work` does, or nothing of it. */
  together(work: () => void): void;
  close(): void;
}

/** `in_use`: a living process holds it. `newer`: written by a later version. `corrupt`: no spool, or damaged. */
export type SpoolFault = 'in_use' | 'newer' | 'corrupt' | 'unusable';

export interface SpoolFileOptions {
  /** Survives power loss, not only the process: every commit waits for the disk. */
  fsync: boolean;
  /** Size of the file, at most, in bytes. */
  maxBytes: number;
}

const format = 1;
const pageBytes = 4_096;
const table = `
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, event_id TEXT NOT NULL, json TEXT NOT NULL,
    captured_at REAL NOT NULL, user_id TEXT, anonymous_id TEXT, priority INTEGER NOT NULL
  ) STRICT;
  PRAGMA user_version = ${format};`;

/** Locks a file of nothing, waiting so long for who has it. Returns what lets it go; a process that dies does, too. */
export function lockFile(path: string, waitMs: number): () => void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(path, { timeout: waitMs });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw cause;
  }
  return () => database.close();
}

/**
 * Opens or creates a file and locks it at once, so that a file which can be opened belongs to nobody alive.
 *
 * @throws what {@link faultOf} tells apart.
 */
export function openSpoolFile(path: string, { fsync, maxBytes }: SpoolFileOptions): SpoolFile {
  // Asked for here and not imported: runtimes without it, and processes without a spool, never load it.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Exclusive from the first access on: the lock is held until the file is closed or its process is gone.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > format)
      throw new NewerFormat(`the spool has format ${version}, this version reads ${format}`);
    database.exec(`
      PRAGMA page_size = ${pageBytes};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${fsync ? 'FULL' : 'NORMAL'};
      PRAGMA max_page_count = ${Math.ceil(maxBytes / pageBytes)};`);
    database.exec(table);
    return spoolFile(database);
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function spoolFile(database: DatabaseSync): SpoolFile {
  const insert = database.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM messages WHERE seq = ?');
  function together(work: () => void): void {
    database.exec('BEGIN');
    try {
      work();
      database.exec('COMMIT');
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw cause;
    }
  }
  return {
    together,
    put(message) {
      insert.run(...rowOf(message));
    },
    remove(seqs) {
      together(() => {
        for (const seq of seqs) remove.run(seq);
      });
    },
    clear: () => database.exec('DELETE FROM messages'),
    *read() {
      for (const row of database.prepare('SELECT * FROM messages ORDER BY seq').iterate()) {
        yield messageOf(row as unknown as Row);
      }
    },
    isEmpty: () => database.prepare('SELECT 1 FROM messages LIMIT 1').get() === undefined,
    close: () => database.close(),
  };
}

interface Row {
  kind: StoredMessage['kind'];
  event_id: string;
  json: string;
  captured_at: number;
  user_id: string | null;
  anonymous_id: string | null;
  priority: number;
}

function rowOf(message: StoredMessage): SQLInputValue[] {
  const { seq, kind, event_id, json, captured_at, user_id, anonymous_id, priority } = message;
  return [seq, kind, event_id, json, captured_at, user_id ?? null, anonymous_id ?? null, priority];
}

function messageOf({ kind, event_id, json, captured_at, user_id, anonymous_id, priority }: Row) {
  return {
    kind,
    event_id,
    json,
    captured_at,
    user_id: user_id ?? undefined,
    anonymous_id: anonymous_id ?? undefined,
    priority,
  };
}

class NewerFormat extends Error {}

// The primary result codes of https://sqlite.org/rescode.html that need different answers.
const faults: Record<number, SpoolFault> = { 5: 'in_use', 6: 'in_use', 11: 'corrupt', 26: 'corrupt' };
const advice: Record<number, string> = {
  3: 'its owner or permissions forbid it',
  8: 'it is read-only',
  10: 'the disk fails',
  13: 'the disk or the spool is full',
  14: 'the folder cannot be written, or it belongs to another user',
};

export function faultOf(cause: unknown): SpoolFault {
  if (cause instanceof NewerFormat) return 'newer';
  return faults[resultCode(cause)] ?? 'unusable';
}

/** What went wrong, for a person to read; `what` says what was being done. */
export function spoolError(what: string, cause: unknown): TrackLayerError {
  if (cause instanceof TrackLayerError) return cause;
  const said = cause instanceof Error ? cause.message : 'unknown error';
  return new TrackLayerError('storage', `${what}: ${advice[resultCode(cause)] ?? said}`, { cause });
}

function resultCode(cause: unknown): number {
  return cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : 0;
}

import type { DatabaseSync } from 'node:sqlite';

/** Runs jobs in transactions that several of them share. */
export interface GroupCommit {
  /** Resolves with what the job returned, after the commit that holds its writes. */
  run<Result>(job: () => Result): Promise<Result>;
  /** Commits what waits, now. */
  commit(): void;
}

/** What belongs to a transaction as a whole. */
interface Hooks {
  /** Writes what the jobs gathered. */
  beforeCommit: () => void;
  /** Forgets what the jobs gathered. */
  rolledBack: () => void;
}

interface Waiting {
  run: () => unknown;
  resolve: (result: unknown) => void;
  reject: (cause: unknown) => void;
}

/**
 * Jobs that arrive in one turn of the event loop share one transaction and one fsync; a job that comes alone waits
 * for nobody. An fsync costs a hundred times the insert, so this is what lets one-event requests keep pace.
 */
export function createGroupCommit(database: DatabaseSync, { beforeCommit, rolledBack }: Hooks): GroupCommit {
  let waiting: Waiting[] = [];

  const commitAll = <Result>(work: () => Result): Result => {
    try {
      return transaction(database, () => {
        const result = work();
        beforeCommit();
        return result;
      });
    } catch (cause) {
      rolledBack();
      throw cause;
    }
  };

  function commit(): void {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      const results = commitAll(() => group.map(({ run }) => run()));
      group.forEach(({ resolve }, place) => resolve(results[place]));
    } catch (cause) {
      if (group.length === 1 || isBusy(cause)) for (const { reject } of group) reject(cause);
      else for (const job of group) commitAlone(job);
    }
  }

  /** One job must not fail its neighbours: whoever shared a transaction with it gets one of his own. */
  function commitAlone({ run, resolve, reject }: Waiting): void {
    try {
      resolve(commitAll(run));
    } catch (cause) {
      reject(cause);
    }
  }

  return {
    run: <Result>(job: () => Result) =>
      new Promise<Result>((resolve, reject) => {
        // The requests of this turn are all read before the check phase, where setImmediate runs.
        if (waiting.length === 0) setImmediate(commit);
        waiting.push({ run: job, resolve: resolve as (result: unknown) => void, reject });
      }),
    commit,
  };
}

/** Runs the work in one transaction: all of it is committed, or nothing and the error is thrown. */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (cause) {
    try {
      database.exec('ROLLBACK');
    } catch {
      // A full disk has rolled back already.
    }
    throw cause;
  }
}

/** Another process holds the file. Each try waits for it, so one is enough for the group. */
const isBusy = (cause: unknown): boolean =>
  cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === 5;

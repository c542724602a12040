/** Jobs that wait at the same time share one transaction. */
export interface GroupCommit<Job> {
  /** Resolves with what came of the job, after the commit that holds its writes. */
  run<Result>(job: Job): Promise<Result>;
  /** Resolves when nothing waits or runs any more. */
  idle(): Promise<void>;
}

interface GroupCommitOptions<Job> {
  /** Writes jobs in one transaction: resolves with one result each, in their order, or rejects with none written. */
  commit: (jobs: readonly Job[]) => Promise<readonly unknown[]>;
  /** Transactions at a time. */
  writers: number;
  /** Jobs of one transaction at most. */
  maxJobs?: number | undefined;
  /** How many rows a job writes, or nearly. Default: one. */
  sizeOf?: ((job: Job) => number) | undefined;
  /** The database as a whole cannot commit now, whatever the job: trying each one alone would only take longer. */
  isOutage: (cause: unknown) => boolean;
}

/** Where there is more than this for one writer, the other free ones take their share. */
const sharedRows = 100;
/** What comes in a rush must still be written within a statement's time limit. */
const maxRows = 2_000;

interface Waiting<Job> {
  job: Job;
  size: number;
  resolve: (result: unknown) => void;
  reject: (cause: unknown) => void;
}

/**
 * Jobs that arrive in one turn of the event loop share one transaction and one fsync, and so do those that wait while
 * all writers are busy; a job that comes alone waits for nobody. An fsync costs a hundred times the insert, so this is
 * what lets one-event requests keep pace.
 */
export function createGroupCommit<Job>(options: GroupCommitOptions<Job>): GroupCommit<Job> {
  const { commit, writers, maxJobs = 200, sizeOf = () => 1, isOutage } = options;
  let waiting: Waiting<Job>[] = [];
  let isScheduled = false;
  const running = new Set<Promise<void>>();

  function schedule(): void {
    if (isScheduled || running.size >= writers) return;
    isScheduled = true;
    // The requests of this turn are all read before the check phase, where setImmediate runs.
    setImmediate(start);
  }

  function start(): void {
    isScheduled = false;
    if (waiting.length === 0) return;
    const count = Math.min(maxJobs, fairShare());
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    const writing = write(group).finally(() => {
      running.delete(writing);
      if (waiting.length > 0) schedule();
    });
    running.add(writing);
    if (waiting.length > 0) schedule();
  }

  /**
   * How many of the waiting jobs one writer takes. Few rows go faster together; many are work enough for each. Requests
   * that were answered together come back together, and one writer would take them all for ever.
   */
  function fairShare(): number {
    const rows = waiting.reduce((sum, { size }) => sum + size, 0);
    const share = rows / Math.max(1, writers - running.size);
    const enough = Math.min(maxRows, Math.max(sharedRows, share));
    let taken = 0;
    const last = waiting.findIndex(({ size }) => (taken += size) >= enough);
    return last < 0 ? waiting.length : last + 1;
  }

  async function write(group: readonly Waiting<Job>[]): Promise<void> {
    try {
      const results = await commit(group.map(({ job }) => job));
      group.forEach(({ resolve }, place) => resolve(results[place]));
    } catch (cause) {
      if (group.length === 1 || isOutage(cause)) for (const { reject } of group) reject(cause);
      // One job must not fail its neighbours: each gets a transaction of its own.
      else for (const job of group) await write([job]);
    }
  }

  return {
    run: <Result>(job: Job) =>
      new Promise<Result>((resolve, reject) => {
        waiting.push({ job, size: sizeOf(job), resolve: resolve as (result: unknown) => void, reject });
        schedule();
      }),
    async idle() {
      while (waiting.length > 0 || running.size > 0) {
        start();
        await Promise.all(running);
      }
    },
  };
}

import type { SettleRequest, Taken, TakeRequest } from '../store/queue.ts';
import { healthOf, mayTryAt, paceAfter, paceOf, permitBy, type BatchSign, type PaceLimits } from './pace.ts';

export interface EngineOptions {
  jobs: readonly AnyJob[];
  /** Told once when a destination stops taking events, and once when it takes them again. */
  onAlert?: ((alert: Alert) => void) | undefined;
  /** Failures of the engine itself, such as a store that cannot commit. */
  onError?: ((error: unknown) => void) | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
}

/** One queue of work for one destination, and how a lease of it is done. */
export interface Job<Leased, Settled> {
  environment: string;
  destination: string;
  queue: string;
  limits: PaceLimits;
  take(request: TakeRequest): Promise<Taken<Leased>>;
  work(taken: Taken<Leased>, lease: string): Promise<{ settled: readonly Settled[]; sign: BatchSign }>;
  settle(request: SettleRequest<Settled>): Promise<number>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- rows are known to their own job alone
type AnyJob = Job<any, any>;

/** A destination began to be, or is no longer, in trouble. */
export interface Alert {
  environment: string;
  destination: string;
  kind: 'down' | 'auth_broken' | 'config';
  state: 'began' | 'ended';
  /** Why, in words. */
  detail: string;
}

export interface Engine {
  /** Says that something is due then, so that nobody sleeps past it. */
  nudge(environment: string, due_at: number): void;
  /** Ends after the requests that are out. */
  close(): Promise<void>;
}

const batchRows = 500;
/** Other relays' work is looked for so often. */
const idleMs = 2_000;
/** A store that cannot commit is asked again after. */
const outageMs = 1_000;

/** Does the work of every queue by the store's leases: one loop for each. */
export function startEngine(options: EngineOptions): Engine {
  const { jobs, onAlert = () => {}, onError = () => {}, now = Date.now, random = Math.random } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const loops = jobs.map((job) => ({ job, alarm: createAlarm(now, signal) }));

  async function once(job: AnyJob): Promise<number> {
    const { queue, limits } = job;
    const lease = crypto.randomUUID();
    const taken = await job.take({
      queue,
      lease,
      now: now(),
      limit: batchRows,
      permit: permitBy(limits, batchRows, now()),
    });
    if (taken.rows.length === 0) {
      const may = mayTryAt(taken.state, limits, now());
      return Math.min(Math.max(taken.next_due_at ?? Infinity, may), now() + idleMs);
    }
    const { settled, sign } = await job.work(taken, lease);
    let before = taken.state;
    let after = taken.state;
    await job.settle({
      queue,
      lease,
      now: now(),
      settled,
      change(state) {
        before = state;
        after = paceAfter(state, sign, { now: now(), random });
        return after;
      },
    });
    tell(job.environment, job.destination, healthOf(before), healthOf(after), paceOf(after).held?.detail);
    return now();
  }

  function tell(environment: string, destination: string, before: string, after: string, detail = ''): void {
    if (before === after) return;
    const say = (kind: string, state: Alert['state'], why: string): void => {
      if (kind === 'down' || kind === 'auth_broken' || kind === 'config')
        onAlert({ environment, destination, kind, state, detail: why });
    };
    say(before, 'ended', 'events arrive again');
    say(after, 'began', detail || 'no batch arrived, five times in a row');
  }

  async function run({ job, alarm }: (typeof loops)[number]): Promise<void> {
    while (!signal.aborted) {
      try {
        await alarm.until(await once(job));
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        await alarm.until(now() + outageMs);
      }
    }
  }

  const running = Promise.all(loops.map(run));
  return {
    nudge(environment, due_at) {
      for (const { job, alarm } of loops) if (job.environment === environment) alarm.setBy(due_at);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Sleep that can be shortened, also before it begins. */
function createAlarm(now: () => number, signal: AbortSignal) {
  let earliest = Infinity;
  let at = Infinity;
  let timer: NodeJS.Timeout | undefined;
  let wake = (): void => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  const arm = (time: number): void => {
    at = time;
    clearTimeout(timer);
    timer = setTimeout(wake, Math.max(0, time - now()));
  };
  return {
    setBy(time: number): void {
      earliest = Math.min(earliest, time);
      if (time < at) arm(time);
    },
    until(time: number): Promise<void> {
      return new Promise((resolve) => {
        wake = () => {
          clearTimeout(timer);
          if (earliest <= now()) earliest = Infinity;
          at = Infinity;
          wake = () => {};
          resolve();
        };
        if (signal.aborted) wake();
        else arm(Math.min(time, earliest));
      });
    },
  };
}

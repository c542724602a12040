import type { QueuedNotice } from '../store/notice.ts';
import type { SettleRequest, Taken, TakeRequest } from '../store/queue.ts';
import type { Alert } from './alert.ts';
import { newsOfHealth } from './news.ts';
import { mayTryAt, paceAfter, permitBy, type BatchSign, type PaceLimits } from './pace.ts';

export interface EngineOptions {
  jobs: readonly Job[];
  /** Told once when a destination stops taking events, and once when it takes them again. */
  onAlert?: ((alert: Alert) => void) | undefined;
  /** Failures of the engine itself, such as a store that cannot commit. */
  onError?: ((error: unknown) => void) | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
}

/** One queue of work for one destination. */
export interface Job {
  environment: string;
  /** Does what is due, as far as the pace allows. */
  turn(clock: Clock): Promise<Turn>;
}

interface Clock {
  now: () => number;
  random: () => number;
}

interface Turn {
  /** When there may be more to do. */
  next: number;
  /** What began or ended. */
  alerts?: readonly Alert[];
}

/** How the rows of a queue are leased, worked on and settled. */
export interface Work<Leased, Settled> {
  environment: string;
  destination: string;
  queue: string;
  limits: PaceLimits;
  take(request: TakeRequest): Promise<Taken<Leased>>;
  work(taken: Taken<Leased>, lease: string): Promise<{ settled: readonly Settled[]; sign: BatchSign }>;
  settle(request: SettleRequest<Settled>): Promise<number>;
  /** What a server of the operator's is to hear of an alert. */
  noticeOf(alert: Alert): QueuedNotice | undefined;
}

export interface Engine {
  /** Says that something is due then, so that nobody sleeps past it. */
  nudge(environment: string, due_at: number): void;
  /** Ends after the requests that are out. */
  close(): Promise<void>;
}

/** Rows of a lease, or of one request where that takes more. */
const fewestRows = 500;
const mostRows = 1_000;
/** Other relays' work is looked for so often. */
const idleMs = 2_000;
/** Due rows of persons whom another lease holds, perhaps a dead relay's for a minute, are asked for again after. */
const heldBackMs = 100;
/** A store that cannot commit is asked again after. */
const outageMs = 1_000;

/** Makes the job that takes a lease of a queue, works on it, and settles it with what it showed of the destination. */
export function createJob<Leased, Settled>(work: Work<Leased, Settled>): Job {
  const { environment, destination, queue, limits } = work;
  const limit = Math.min(mostRows, Math.max(fewestRows, limits.perRequest));
  return {
    environment,
    async turn({ now, random }) {
      const lease = crypto.randomUUID();
      const permitted_at = now();
      const permit = permitBy(limits, limit, permitted_at);
      const taken = await work.take({ queue, lease, now: now(), limit, permit });
      if (taken.rows.length === 0) {
        const may = mayTryAt(taken.state, limits, now());
        const next = Math.max(taken.next_due_at ?? Infinity, may);
        return { next: Math.min(next > now() ? next : now() + heldBackMs, now() + idleMs) };
      }
      const { settled, sign } = await work.work(taken, lease);
      let alerts: readonly Alert[] = [];
      await work.settle({
        queue,
        lease,
        now: now(),
        settled,
        change(before) {
          const { state, said } = newsOfHealth(paceAfter(before, sign, { now: now(), random, permitted_at }));
          alerts = said.map((one) => ({ environment, destination, ...one }));
          return { state, notices: alerts.flatMap((alert) => work.noticeOf(alert) ?? []) };
        },
      });
      return { next: now(), alerts };
    },
  };
}

/** Does the work of every queue by the store's leases: one loop for each. */
export function startEngine(options: EngineOptions): Engine {
  const { jobs, onAlert = () => {}, onError = () => {}, now = Date.now, random = Math.random } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const loops = jobs.map((job) => ({ job, alarm: createAlarm(now, signal) }));

  async function run({ job, alarm }: (typeof loops)[number]): Promise<void> {
    while (!signal.aborted) {
      try {
        const { next, alerts = [] } = await job.turn({ now, random });
        alerts.forEach(onAlert);
        await alarm.until(next);
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

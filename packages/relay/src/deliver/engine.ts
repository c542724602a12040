import { queueOf } from '../store/deliveries.ts';
import type { Store } from '../store/store.ts';
import type { Configured } from './configured.ts';
import { deliverBatch } from './deliver-batch.ts';
import { healthOf, mayTryAt, paceAfter, paceOf, permitBy } from './pace.ts';
import { createSendRequest, type SendRequest } from './send-request.ts';
import { createTokens } from './tokens.ts';

export interface EngineOptions {
  store: Store;
  destinations: readonly Configured[];
  /** Told once when a destination stops taking events, and once when it takes them again. */
  onAlert?: ((alert: Alert) => void) | undefined;
  /** Failures of the engine itself, such as a store that cannot commit. */
  onError?: ((error: unknown) => void) | undefined;
  /** In place of the network. */
  send?: SendRequest | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined;
  random?: (() => number) | undefined;
}

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

/** Sends what is planned: one loop for each destination and environment, all by the store's leases. */
export function startEngine(options: EngineOptions): Engine {
  const {
    store,
    destinations,
    onAlert = () => {},
    onError = () => {},
    now = Date.now,
    random = Math.random,
  } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const send = options.send ?? createSendRequest();
  const tokens = createTokens(send, now, signal);
  const loops = destinations.flatMap((configured) =>
    configured.environments.map((environment) => ({
      environment,
      alarm: createAlarm(now, signal),
      configured,
    })),
  );

  async function deliverOnce(environment: string, configured: Configured): Promise<number> {
    const { limits } = configured.destination;
    const queue = queueOf(environment, configured.name);
    const lease = crypto.randomUUID();
    const taken = await store.takeDeliveries({
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
    const { settled, sign } = await deliverBatch(taken, lease, queue, {
      store,
      configured,
      send,
      tokens,
      now,
      random,
      signal,
    });
    let before = taken.state;
    let after = taken.state;
    await store.settleDeliveries({
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
    tell(environment, configured.name, healthOf(before), healthOf(after), paceOf(after).held?.detail);
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

  async function run({ environment, configured, alarm }: (typeof loops)[number]): Promise<void> {
    while (!signal.aborted) {
      try {
        await alarm.until(await deliverOnce(environment, configured));
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
      for (const loop of loops) if (loop.environment === environment) loop.alarm.setBy(due_at);
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

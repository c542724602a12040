import { queueOf } from '../store/deliveries.ts';
import type { QueueState } from '../store/queue.ts';
import type { Store } from '../store/store.ts';
import type { Alert } from './alert.ts';
import type { Configured } from './configured.ts';

/** What all relays have told of a destination, beside how its batches go; it stands in the queue's state. */
interface Told {
  backlog?: true;
  /** The day that was told. */
  sunset?: string;
}

const everyMs = 60_000;
const backlogMs = 600_000;
const sunsetMs = 60 * 86_400_000;

export interface WatchContext {
  store: Store;
  destinations: readonly Configured[];
  onAlert: (alert: Alert) => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Tells when a destination's events pile up, or its API version ends soon: once when that begins, once when it ends. */
export async function watchDestinations({ store, destinations, onAlert, now }: WatchContext): Promise<void> {
  for (const configured of destinations)
    for (const environment of configured.environments) {
      const queue = queueOf(environment, configured.name);
      const facts = { sunset: sunsetOf(configured), oldest: await store.oldestDue(queue), now: now() };
      if (news(await store.queue(queue), facts).said.length === 0) continue;
      // Several relays look: whoever changes the state is the one who tells.
      let said: readonly Said[] = [];
      await store.changeQueue(queue, (state) => {
        const after = news(state, facts);
        ({ said } = after);
        return after.state;
      });
      for (const one of said) onAlert({ environment, destination: configured.name, ...one });
    }
}

type Said = Pick<Alert, 'kind' | 'state' | 'detail'>;

function news(
  state: QueueState,
  { oldest, sunset, now }: { oldest: number | undefined; sunset: string | undefined; now: number },
): { state: QueueState; said: readonly Said[] } {
  const before = (state.told ?? {}) as Told;
  // Who paused it knows that its events wait.
  const waitedMs = oldest === undefined || state.paused ? 0 : now - oldest;
  const after: Told = {
    ...(waitedMs > backlogMs && { backlog: true }),
    ...(sunset !== undefined && Date.parse(sunset) - now < sunsetMs && { sunset }),
  };
  const said: Said[] = [];
  if (after.backlog && !before.backlog)
    said.push({
      kind: 'backlog',
      state: 'began',
      detail: `its oldest event waits for ${Math.floor(waitedMs / 60_000)} minutes`,
    });
  if (before.backlog && !after.backlog)
    said.push({ kind: 'backlog', state: 'ended', detail: 'no event waits for long' });
  if (after.sunset !== before.sunset)
    said.push(
      after.sunset === undefined
        ? { kind: 'sunset', state: 'ended', detail: 'its API version is no longer near its end' }
        : { kind: 'sunset', state: 'began', detail: `its API version ends on ${after.sunset}` },
    );
  return { state: { ...state, told: { ...after } }, said };
}

/** Another version was set: nobody knows here when that one ends. */
const sunsetOf = ({ destination, settings }: Configured): string | undefined =>
  settings.version === undefined || settings.version === destination.api.version
    ? destination.api.sunset
    : undefined;

/** Looks every minute until it is stopped. Resolves when the look in progress has ended. */
export function startWatch(context: WatchContext, onError: (error: unknown) => void): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => watchDestinations(context)).catch(onError);
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

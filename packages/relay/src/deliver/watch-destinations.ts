import { queueOf } from '../store/deliveries.ts';
import type { QueuedNotice } from '../store/notice.ts';
import type { Store } from '../store/store.ts';
import type { Alert } from './alert.ts';
import type { Configured } from './configured.ts';
import { newsOfWatch } from './news.ts';

const everyMs = 60_000;

export interface WatchContext {
  store: Store;
  destinations: readonly Configured[];
  /** What a server of the operator's is to hear of an alert. */
  noticeOf: (alert: Alert) => QueuedNotice | undefined;
  onAlert: (alert: Alert) => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Tells when a destination's events pile up, or its API version ends soon: once when that begins, once when it ends. */
export async function watchDestinations(context: WatchContext): Promise<void> {
  const { store, destinations, noticeOf, onAlert, now } = context;
  for (const configured of destinations)
    for (const environment of configured.environments) {
      const queue = queueOf(environment, configured.name);
      const facts = { sunset: sunsetOf(configured), oldest: await store.oldestDue(queue), now: now() };
      if (newsOfWatch(await store.queue(queue), facts).said.length === 0) continue;
      // Several relays look: whoever changes the state reports it.
      let alerts: readonly Alert[] = [];
      await store.changeQueue(queue, (before) => {
        const { state, said } = newsOfWatch(before, facts);
        alerts = said.map((one) => ({ environment, destination: configured.name, ...one }));
        return { state, notices: alerts.flatMap((alert) => noticeOf(alert) ?? []) };
      });
      alerts.forEach(onAlert);
    }
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

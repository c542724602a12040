import type { EventMap, Events } from '@tracklayer/core';
import { toResponse, type HttpRequest, type Reply } from '@tracklayer/node/http-kit';
import type { Answered, Refused } from './answered.ts';
import type { LimitSettings } from './config/settings.ts';
import { createListCare } from './lists/list-care.ts';
import { configureDestinations, type GivenDestinations } from './deliver/configured.ts';
import { deliveryJobs } from './deliver/delivery-jobs.ts';
import type { Alert } from './deliver/alert.ts';
import { startEngine } from './deliver/engine.ts';
import { startWatch } from './deliver/watch-destinations.ts';
import { configureNotify, type NotifySettings } from './notify/configure-notify.ts';
import { createNotify } from './notify/notify.ts';
import { checkOptions } from './check-options.ts';
import { createApp } from './create-app.ts';
import { createPlan } from './deliver/plan.ts';
import { createSendRequest } from './deliver/send-request.ts';
import { createTokens } from './deliver/tokens.ts';
import { createCapture } from './ingest/capture.ts';
import { identify } from './ingest/identify.ts';
import type { IngestContext } from './ingest/ingest.ts';
import { mirrorJobs } from './mirror/mirror-jobs.ts';
import { createMirrors } from './mirror/mirrors.ts';
import type { HeapSegmentSettings } from './mirror/segment-sync.ts';
import type { GivenAudiences } from './audiences/rules.ts';
import type { GivenTraits } from './traits/compute-traits.ts';
import { createFeed } from './feed/feed.ts';
import { createGate } from './gate.ts';
import type { RelayKey } from './keys.ts';
import { createBodiesInFlight } from './limits/bodies-in-flight.ts';
import type { Tracer } from '@opentelemetry/api';
import { createMetrics } from './metrics.ts';
import { storeUnavailable } from './problem.ts';
import { createRequestWatch } from './request-watch.ts';
import type { Store } from './store/store.ts';

export interface RelayOptions {
  /** Where events are kept: `createSqliteStore({ path })`. The relay closes it. */
  store: Store;
  /** Who may call, and in which environment. */
  keys: readonly RelayKey[];
  /** Events of your own, by `defineEvents` or `parseEvents`; others are refused. Default: the built-in ones. */
  events?: Events<EventMap> | undefined;
  /** Told about every failure of the relay itself, such as a store that cannot commit. Default: nobody. */
  onError?: ((error: unknown) => void) | undefined;
  /** Called for each message that got a verdict, accepted or not; must not throw. Default: nobody. */
  onAnswered?: ((arrival: Answered) => void) | undefined;
  /** Hears of each request that was refused because of its key (401, 403). Default: nobody. */
  onRefused?: ((refused: Refused) => void) | undefined;
  /** Where accepted events go: `{ meta: { dataset, token } }`; see docs/destinations.md. Default: nowhere. */
  destinations?: GivenDestinations | undefined;
  /** The platforms that receive each audience: `{ checkout_stalled: { to: { meta: { audience: '900' } } } }`; see docs/audiences.md. */
  audiences?: GivenAudiences | undefined;
  /** Computed traits of your own, by name; `{}` for ours alone. They are written to Heap; see docs/traits.md. */
  traits?: GivenTraits | undefined;
  /** Takes Heap's Segment Sync at `/api/heap/segments`. */
  heap?: HeapSegmentSettings | undefined;
  /** A server of yours that receives alerts and outcomes of deliveries as signed requests; see docs/operate.md. Default: none. */
  notify?: NotifySettings | undefined;
  /** Called when a destination stops accepting events, and when it accepts them again. Default: nobody. */
  onAlert?: ((alert: Alert) => void) | undefined;
  /** Limits per caller, and for all together. */
  limits?: LimitSettings | undefined;
  /** Milliseconds since 1970. Default `Date.now`. */
  now?: (() => number) | undefined;
}

export interface Relay {
  /** Answers one request; never throws. */
  fetch(request: Request): Promise<Response>;
  /** Finishes the requests in progress and closes the store; later ones are answered 503. */
  close(): Promise<void>;
}

/**
 * The relay as a function from request to answer, for any server that speaks the web's `Request` and `Response`.
 * `serveRelay` puts it on a port.
 *
 * @throws TrackLayerError `invalid_options` for a key or a destination that cannot be used.
 */
export function createRelay(options: RelayOptions): Relay {
  const { fetch, close } = openRelay(options);
  return { fetch, close };
}

/** A relay with a shorter way in for the two requests that come by the thousand. */
export interface OpenRelay extends Relay {
  /** Answers `POST /api/capture` and `POST /api/identify`, as `fetch` does; nothing for another path. Never rejects. */
  ingest(path: string, request: HttpRequest): Promise<Reply> | undefined;
  /** Ends the answers that never end by themselves. */
  endStreams(): void;
}

export function openRelay(options: RelayOptions, tracer?: Tracer): OpenRelay {
  checkOptions(options);
  const {
    store,
    keys,
    events,
    onError = () => {},
    onAnswered,
    onRefused,
    limits = {},
    now = Date.now,
  } = options;
  const metrics = createMetrics();
  const { requestsPerSecond } = limits;
  const gate = createGate({ keys, requestsPerSecond, metrics, onError, onRefused });
  const watch = createRequestWatch(metrics, tracer);
  const feed = createFeed(now());
  const bodies = createBodiesInFlight(limits.bodyBytesInFlight);
  const environments = [...new Set(keys.map(({ environment }) => environment))];
  const destinations = configureDestinations(options.destinations, environments);
  const capture = createCapture(events, createPlan(destinations));
  const mirrors = createMirrors(options, { store, destinations, environments, now, onError });
  const closingCalls = new AbortController();
  const send = createSendRequest(destinations.length > 0);
  const calls = {
    send,
    tokens: createTokens(send, now, closingCalls.signal),
    now,
    random: Math.random,
    signal: closingCalls.signal,
  };
  const lists = createListCare({ ...calls, store, audiences: mirrors.audiences, onError });
  const notify = createNotify(configureNotify(options.notify, environments), { store, now, onError });
  const { onAlert = () => {} } = options;
  const engine = startEngine({
    jobs: [
      ...deliveryJobs(store, destinations, notify, calls),
      ...mirrorJobs(store, destinations, { ...mirrors, targetOf: lists.targetOf }, notify, calls),
      ...notify.jobs(calls),
    ],
    onAlert,
    onError,
    now,
  });
  const stopWatch = startWatch({ store, destinations, noticeOf: notify.ofAlert, onAlert, now }, onError);
  const holds = new Map(
    environments.map((environment) => {
      const those = destinations.filter((one) => one.environments.includes(environment));
      return [environment, new Set(those.map(({ holdMs }) => holdMs))] as const;
    }),
  );

  const observe = (arrival: Answered): void => {
    metrics.count(arrival.environment, arrival.kind, arrival.status, arrival.conflict);
    if (arrival.kind === 'capture' && arrival.status === 'accepted')
      for (const holdMs of holds.get(arrival.environment) ?? [])
        engine.nudge(arrival.environment, arrival.received_at + holdMs);
    feed.push(arrival);
    onAnswered?.(arrival);
  };
  const plans = new Map(environments.map((environment) => [environment, mirrors.planOf(environment)]));
  const ingestContext = (request: HttpRequest): IngestContext => {
    const grant = gate.admit(request.header('authorization'), 'events:write');
    return { store, onAnswered: observe, now, grant, mirrors: plans.get(grant.environment) };
  };
  const within = async (
    request: HttpRequest,
    take: (request: HttpRequest, context: IngestContext) => Promise<Reply>,
  ): Promise<Reply> => {
    const context = ingestContext(request);
    return bodies.during(request.header, () => take(request, context));
  };
  const ingests = new Map([
    ['/api/capture', (request: HttpRequest) => within(request, capture)],
    ['/api/identify', (request: HttpRequest) => within(request, identify)],
  ]);

  const { nudge } = engine;
  const shared = { store, events, destinations, mirrors, lists, metrics, feed, nudge, now };
  const app = createApp({ gate, bodies, watch, shared, ingests });

  const inProgress = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  const tracked = <Answer>(answering: Promise<Answer>): Promise<Answer> => {
    inProgress.add(answering);
    const forget = (): void => void inProgress.delete(answering);
    answering.then(forget, forget);
    return answering;
  };

  return {
    async fetch(request) {
      if (closing) return toResponse(storeUnavailable('closing').reply);
      const response = await tracked(Promise.resolve(app.fetch(request)));
      response.headers.set('x-content-type-options', 'nosniff');
      return response;
    },
    ingest(path, request) {
      const take = ingests.get(path);
      if (!take) return undefined;
      if (closing) return Promise.resolve(storeUnavailable('closing').reply);
      return tracked(
        watch(`POST ${path}`, () =>
          take(request).catch((cause: unknown) => gate.refuse(cause, 'POST', path)),
        ),
      );
    },
    endStreams: feed.close,
    close() {
      feed.close();
      closingCalls.abort();
      closing ??= Promise.allSettled([
        ...inProgress,
        engine.close(),
        mirrors.close(),
        lists.close(),
        stopWatch(),
      ]).then(() => store.close());
      return closing;
    },
  };
}

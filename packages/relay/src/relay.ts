import type { EventMap, Events } from '@tracklayer/core';
import { jsonSchemas } from '@tracklayer/core/schema';
import { Hono, type Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import type { Answered, Refused } from './answered.ts';
import { getDrift, postDrift } from './drift/serve-drift.ts';
import { home } from './home/home.ts';
import { createCapture } from './ingest/capture.ts';
import { identify } from './ingest/identify.ts';
import type { IngestContext } from './ingest/ingest.ts';
import { createKeyRing, type Grant, type RelayKey, type Scope } from './keys.ts';
import { createMetrics } from './metrics.ts';
import { openApi } from './openapi/open-api.ts';
import { operations } from './openapi/operations.ts';
import { problem, refusal, storeUnavailable } from './problem.ts';
import { listEvents, readEvent } from './read/events.ts';
import { getRegistry, getVersion, listVersions, putRegistry } from './registry/serve-registry.ts';
import type { Store } from './store/store.ts';
import { getTrace } from './trace/serve-trace.ts';

export interface RelayOptions {
  /** Where events are kept: `createSqliteStore({ path })`. The relay closes it. */
  store: Store;
  /** Who may call, and in which environment. */
  keys: readonly RelayKey[];
  /** Events of your own, by `defineEvents` or `parseEvents`; others are refused. Default: the built-in ones. */
  events?: Events<EventMap> | undefined;
  /** Told about every failure of the relay itself, such as a store that cannot commit. Default: nobody. */
  onError?: ((error: unknown) => void) | undefined;
  /** Hears of each message that was answered, accepted or not; must not throw. Default: nobody. */
  onAnswered?: ((arrival: Answered) => void) | undefined;
  /** Hears of each request that was refused because of its key (401, 403). Default: nobody. */
  onRefused?: ((refused: Refused) => void) | undefined;
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
 * @throws TrackLayerError `invalid_options` for a key that cannot be used.
 */
export function createRelay(options: RelayOptions): Relay {
  const { store, keys, events, onError = () => {}, onAnswered, onRefused, now = Date.now } = options;
  const grantOf = createKeyRing(keys);
  const metrics = createMetrics();
  const capture = createCapture(events);

  const authorize = (context: Context, scope: Scope): Grant => {
    const grant = grantOf(context.req.header('authorization'));
    if (!grant) {
      throw refusal(401, 'unauthorized', 'send Authorization: Bearer <key> with a key of this relay', {
        headers: { 'www-authenticate': 'Bearer' },
      });
    }
    if (!grant.scopes.has(scope)) throw refusal(403, 'forbidden', `this key lacks the scope ${scope}`);
    return grant;
  };
  const observe = (arrival: Answered): void => {
    metrics.count(arrival.environment, arrival.kind, arrival.status, arrival.conflict);
    onAnswered?.(arrival);
  };
  const ingestContext = (context: Context): IngestContext => ({
    store,
    onAnswered: observe,
    now,
    grant: authorize(context, 'events:write'),
  });

  const app = new Hono();
  app.get('/', (context) => home(context.req.raw));
  app.post('/api/capture', (context) => capture(context.req.raw, ingestContext(context)));
  app.post('/api/identify', (context) => identify(context.req.raw, ingestContext(context)));
  app.get('/api/events', (context) => {
    const { environment } = authorize(context, 'events:read');
    return listEvents(store, environment, new URL(context.req.url).searchParams);
  });
  app.get('/api/events/:event_id', (context) => {
    const { environment } = authorize(context, 'events:read');
    return readEvent(store, environment, context.req.param('event_id'));
  });
  app.get('/api/events/:event_id/trace', (context) => {
    const { environment } = authorize(context, 'events:read');
    return getTrace({ store, environment, events, now }, context.req.param('event_id'));
  });
  app.get('/api/registry', (context) => {
    const { environment } = authorize(context, 'events:read');
    return getRegistry(context.req.raw, { store, environment });
  });
  app.get('/api/registry/versions', (context) => {
    const { environment } = authorize(context, 'events:read');
    return listVersions({ store, environment }, new URL(context.req.url).searchParams);
  });
  app.get('/api/registry/versions/:version', (context) => {
    const { environment } = authorize(context, 'events:read');
    return getVersion({ store, environment }, context.req.param('version'));
  });
  app.put('/api/registry', (context) => {
    const { environment } = authorize(context, 'registry:write');
    return putRegistry(context.req.raw, { store, environment, events, now });
  });
  app.get('/api/drift', (context) => {
    const { environment } = authorize(context, 'events:read');
    return getDrift({ store, environment, events, now }, new URL(context.req.url).searchParams);
  });
  app.post('/api/drift', (context) => {
    const { environment } = authorize(context, 'events:write');
    return postDrift(context.req.raw, { store, environment, now });
  });
  // Anybody may ask for these, without a key: made once, at the first request.
  let schemas: string | undefined;
  let description: string | undefined;
  app.get('/api/schema', () => json((schemas ??= JSON.stringify(jsonSchemas({ events })))));
  app.get('/api/openapi.json', () => json((description ??= JSON.stringify(openApi(events)))));
  app.get('/api/health', async () => {
    await store.check().catch((cause: unknown) => {
      throw storeUnavailable(cause);
    });
    return Response.json({ status: 'ok' });
  });
  app.get('/metrics', async (context) => {
    const { environment } = authorize(context, 'events:read');
    const text = metrics.text(environment, await store.dropped(environment));
    return new Response(text, { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
  });
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const known = operations.filter((operation) => operation.path === path);
    const allow = known.map(({ method }) => method.toUpperCase()).join(', ');
    app.all(path.replace(/\{(\w+)\}/g, ':$1'), () =>
      problem(405, 'method_not_allowed', `send ${allow}`, { headers: { allow } }),
    );
  }
  app.notFound(() => problem(404, 'not_found', 'this relay has no such path'));
  app.onError((error, context) => {
    const isRefusal = error instanceof HTTPException;
    if (isRefusal && (error.status === 401 || error.status === 403)) {
      metrics.countRefused(error.status);
      const { method } = context.req;
      onRefused?.({ method, path: routePath(context), status: error.status, detail: error.message });
    }
    if (!isRefusal || error.status >= 500) onError(error.cause ?? error);
    return isRefusal
      ? error.getResponse()
      : problem(500, 'internal_error', 'the relay failed; nothing was accepted');
  });

  const inProgress = new Set<Promise<Response>>();
  let closing: Promise<void> | undefined;
  return {
    fetch(request) {
      if (closing) return Promise.resolve(storeUnavailable('closing').getResponse());
      const answering = Promise.resolve(app.fetch(request)).finally(() => inProgress.delete(answering));
      inProgress.add(answering);
      return answering;
    },
    close() {
      closing ??= Promise.allSettled(inProgress).then(() => store.close());
      return closing;
    },
  };
}

const json = (text: string): Response =>
  new Response(text, { headers: { 'content-type': 'application/json' } });

import { ofWebRequest, toResponse, type HttpRequest, type Reply } from '@tracklayer/node/http-kit';
import { Hono, type Context } from 'hono';
import { routePath } from 'hono/route';
import { serveConsole } from './console/serve-console.ts';
import type { Gate } from './gate.ts';
import type { Grant } from './keys.ts';
import type { BodiesInFlight } from './limits/bodies-in-flight.ts';
import type { Call, Operation } from './operation.ts';
import { operations } from './operations.ts';
import { problem } from './problem.ts';
import type { RequestWatch } from './request-watch.ts';

/** What every call gets, whoever makes it. */
type Shared = Omit<Call, 'request' | 'params' | 'query' | 'environment' | 'key' | 'scopes' | 'operations'>;

export interface AppHost {
  gate: Gate;
  bodies: BodiesInFlight;
  watch: RequestWatch;
  shared: Shared;
  /** The requests that have a shorter way in, by path. */
  ingests: ReadonlyMap<string, (request: HttpRequest) => Promise<Reply>>;
}

/** The routes of all operations, 405 for their other methods, the console, and 404. */
export function createApp({ gate, bodies, watch, shared, ingests }: AppHost): Hono {
  async function answer(operation: Operation, context: Context): Promise<Response> {
    const { path, scope, body, maxBodyBytes, handle } = operation;
    const take = ingests.get(path);
    if (take) return toResponse(await take(ofWebRequest(context.req.raw)));
    if (!handle) throw new TypeError(`${path} has no handler`);
    const header = (name: string): string | undefined => context.req.header(name);
    const {
      environment = '',
      fingerprint = '',
      scopes = new Set(),
    }: Partial<Grant> = scope === undefined ? {} : gate.admit(header('authorization'), scope);
    const call: Call = {
      ...shared,
      request: context.req.raw,
      params: context.req.param(),
      query: new URL(context.req.url).searchParams,
      environment,
      key: fingerprint,
      scopes,
      operations,
    };
    return body === undefined && maxBodyBytes === undefined
      ? handle(call)
      : bodies.during(header, async () => handle(call), maxBodyBytes);
  }

  const failed = (cause: unknown, context: Context): Response =>
    toResponse(gate.refuse(cause, context.req.method, routePath(context)));

  const app = new Hono();
  for (const operation of operations) {
    const { path } = operation;
    const method = operation.method.toUpperCase();
    app.on(method, routeOf(path), (context) =>
      watch(`${method} ${path}`, () =>
        answer(operation, context).catch((cause: unknown) => failed(cause, context)),
      ),
    );
  }
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const known = operations.filter((operation) => operation.path === path);
    const allow = known.map(({ method }) => method.toUpperCase()).join(', ');
    app.all(routeOf(path), () =>
      toResponse(problem(405, 'method_not_allowed', `send ${allow}`, { headers: { allow } })),
    );
  }
  app.get('/console', () => serveConsole('index.html') ?? toResponse(notFound));
  app.get('/console/:file', (context) => serveConsole(context.req.param('file')) ?? toResponse(notFound));
  app.notFound(() => toResponse(notFound));
  app.onError(failed);
  return app;
}

const notFound = problem(404, 'not_found', 'this relay has no such path');

/** `/api/events/{event_id}` as the router has it. */
const routeOf = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

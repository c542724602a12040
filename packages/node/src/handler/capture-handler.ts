import { TrackLayerError, type MessageKind } from '@tracklayer/core';
import { allowedEvents } from './allowed-events.ts';
import { admit, usablePerson, type Admitted } from './admit.ts';
import { answerVerdicts, readVerdicts, type PageVerdict } from './answer.ts';
import { clientContext, isAnonymousId, type ClientContext } from './client-context.ts';
import type { CaptureHandler, CaptureHandlerOptions, ConnectionInfo } from './options.ts';
import { createPassSightings } from './pass-sightings.ts';
import { preflight, requestOrigin, type RequestOrigin } from './origin.ts';
import { problem, Refusal, refusal, unavailable } from './problem.ts';
import { createRateLimit } from './rate-limit.ts';
import { readBody } from './read-body.ts';
import { readMessages } from './read-messages.ts';

const cookieMaxAgeSeconds = 34_560_000;

/**
 * Makes the first-party endpoint that pages post to: `POST …/api/capture` and `POST …/api/identify`. It checks what a
 * page says, adds what only a server knows, passes it on with the client's key, and says `accepted` only after the
 * relay did (docs/wire.md W-9). `POST …/api/drift` takes which labels a page saw (W-38). `toNodeHandler` makes it a handler for Express and `node:http`.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used.
 * @example
 * const handler = createCaptureHandler({ client, registry, resolveUser: (request) => session(request)?.userId });
 */
export function createCaptureHandler(options: CaptureHandlerOptions): CaptureHandler {
  const { client, resolveUser, events, maxBodyBytes = 1_048_576, trustProxy = false } = options;
  checkOptions(options);
  const paths: [MessageKind | 'drift', string][] = [
    ['capture', options.paths?.capture ?? '/api/capture'],
    ['identify', options.paths?.identify ?? '/api/identify'],
  ];
  if (client.reportSightings) paths.push(['drift', options.paths?.drift ?? '/api/drift']);
  const passSightings = createPassSightings(client, options.registry);
  const allowedOrigins = new Set(options.allowedOrigins);
  const isAllowed = allowedEvents(options);
  const rateLimit =
    options.rateLimit && createRateLimit(options.rateLimit.perMinute, () => performance.now());

  const kindOf = (pathname: string): MessageKind | 'drift' | undefined =>
    paths.find(([, path]) => pathname.endsWith(path))?.[0];

  async function answer(request: Request, origin: RequestOrigin, { ip }: ConnectionInfo): Promise<Response> {
    const received = Date.now();
    const kind = kindOf(new URL(request.url).pathname);
    if (!kind) throw refusal(404, 'not_found', 'post to the path for capture, identify or drift');
    if (request.method !== 'POST' && request.method !== 'OPTIONS') {
      throw refusal(405, 'method_not_allowed', 'use POST', { headers: { allow: 'POST, OPTIONS' } });
    }
    if (!origin.isAllowed) throw refusal(403, 'foreign_origin', 'list the origin in allowedOrigins');
    if (request.method === 'OPTIONS') return preflight(origin.cors);

    const page = clientContext(request, ip, trustProxy);
    checkRate(page.ip ?? ip);
    if (kind === 'drift') return passSightings(await readBody(request, maxBodyBytes));
    // Asked before the body is read, as the app may look at the request too.
    const user_id = await whoSent(request);
    const { messages, isBatch, sent_at, dropped } = readMessages(await readBody(request, maxBodyBytes));
    // zod takes some 70 ms to load, which is not for the app's start to pay.
    const { parseEvent, parseIdentify } = await import('@tracklayer/core/schema');
    const circumstances = {
      kind,
      client: page,
      user_id,
      sent_at,
      received,
      isAllowed: (event: string) => isAllowed(event, received),
      parse: kind === 'capture' ? (body: unknown) => parseEvent(body, { events }) : parseIdentify,
    };
    const admitted = messages.map((message) => admit(message, circumstances));
    const verdicts = await passOn(kind, admitted, dropped);
    if (verdicts instanceof Response) return verdicts;
    return withCookie(answerVerdicts(verdicts, isBatch), admitted, page, origin.isHttps);
  }

  function checkRate(ip: string | undefined): void {
    const { isOver, retryAfterMs } = rateLimit?.(ip) ?? { isOver: false, retryAfterMs: 0 };
    if (!isOver) return;
    const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
    throw refusal(429, 'too_many_requests', 'send the same request again later', { headers });
  }

  async function whoSent(request: Request): Promise<string | undefined> {
    try {
      return usablePerson(await resolveUser?.(request));
    } catch {
      throw new Refusal(
        unavailable('identity_unavailable', 'the session can not be read; send the same request again'),
      );
    }
  }

  async function passOn(
    kind: MessageKind,
    admitted: readonly Admitted[],
    dropped: Readonly<Record<string, number>>,
  ): Promise<readonly PageVerdict[] | Response> {
    const messages = admitted.flatMap(({ message }) => (message ? [message] : []));
    const ids = messages.map(({ event_id = '' }) => event_id);
    const answered =
      messages.length > 0 ? readVerdicts(await client.forward(kind, messages, dropped), ids) : [];
    if (answered instanceof Response) return answered;
    const inOrder = answered.values();
    return admitted.map(({ refused }): PageVerdict =>
      refused
        ? { ...refused, status: 'rejected' }
        : (inOrder.next().value ?? { event_id: null, status: 'retry' }),
    );
  }

  /** Remembers the visitor for 400 days: a cookie that a script sets lives 7 days in Safari. */
  function withCookie(
    response: Response,
    admitted: readonly Admitted[],
    page: ClientContext,
    isHttps: boolean,
  ): Response {
    const ids = admitted.map(({ message }) => message?.anonymous_id).filter(isAnonymousId);
    const id = ids.at(-1);
    if (!response.ok || !id || id === page.anonymous_id) return response;
    const domain = options.cookieDomain ? `; Domain=${options.cookieDomain}` : '';
    const secure = isHttps ? '; Secure' : '';
    response.headers.set(
      'set-cookie',
      `tl_aid=${id}; Max-Age=${cookieMaxAgeSeconds}; Path=/${domain}; SameSite=Lax${secure}`,
    );
    return response;
  }

  async function handle(request: Request, info: ConnectionInfo = {}): Promise<Response> {
    let response: Response;
    let cors: Record<string, string> = {};
    try {
      const origin = requestOrigin(request, allowedOrigins, trustProxy);
      cors = origin.cors;
      response = await answer(request, origin, info);
    } catch (cause) {
      response =
        cause instanceof Refusal
          ? cause.response
          : problem(500, 'internal_error', 'the request could not be handled', {
              headers: { 'retry-after': '5' },
            });
    }
    for (const [name, value] of Object.entries(cors)) response.headers.set(name, value);
    response.headers.set('cache-control', 'no-store');
    return response;
  }

  return Object.assign(handle, { handles: (pathname: string) => kindOf(pathname) !== undefined });
}

function checkOptions({ client, rateLimit, cookieDomain, maxBodyBytes = 1 }: CaptureHandlerOptions): void {
  const fault =
    (typeof client?.forward !== 'function' && 'client is missing; pass what createNodeClient returns') ||
    (rateLimit && !(rateLimit.perMinute >= 1) && 'rateLimit.perMinute is no number from 1') ||
    (cookieDomain && !/^[\w.-]+$/.test(cookieDomain) && 'cookieDomain is no host name') ||
    (!(maxBodyBytes >= 1) && 'maxBodyBytes is no number from 1');
  if (fault) throw new TrackLayerError('invalid_options', fault);
}

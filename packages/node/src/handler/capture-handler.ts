import type { ErrorCode, MessageKind } from '@tracklayer/core';
import { createReporter } from '@tracklayer/core/adapter';
import { ofWebRequest } from '../http/http-request.ts';
import { problem, Refusal, refusal, unavailable, type RefusalCode } from '../http/problem.ts';
import { readBody } from '../http/read-body.ts';
import { readMessages } from '../http/read-messages.ts';
import { toResponse, withHeaders, type Reply } from '../http/reply.ts';
import { answerVerdicts } from '../http/verdicts.ts';
import { admit, usablePerson } from './admit.ts';
import { allowedEvents } from './allowed-events.ts';
import { checkOptions, readOrigins } from './check-options.ts';
import type { CaptureHandler, CaptureHandlerOptions, ConnectionInfo } from './options.ts';
import { foreignOrigin, preflight, requestOrigin, type RequestOrigin } from './origin.ts';
import { createPassOn } from './pass-on.ts';
import { createPassSightings } from './pass-sightings.ts';
import { createRateLimit } from './rate-limit.ts';

/**
 * Makes the first-party endpoint that pages post to: `POST …/api/capture` and `POST …/api/identify`. It checks what a
 * page says, adds what only a server knows, passes it on with the client's key, and says `accepted` only after the
 * relay did (docs/wire.md W-9). `POST …/api/drift` takes which labels a page saw (W-38). `toNodeHandler` makes it a
 * handler for Express and `node:http`.
 *
 * @throws TrackLayerError `invalid_options` when an option cannot be used.
 * @example
 * const handler = createCaptureHandler({ client, registry, resolveUser: (request) => session(request)?.userId });
 */
export function createCaptureHandler(given: CaptureHandlerOptions): CaptureHandler {
  const options = (given as typeof given | null | undefined) ?? ({} as typeof given);
  const { client, resolveUser, events, cookieDomain, trustProxy = false } = options;
  checkOptions(options);
  const newReporter = () => createReporter({ onError: options.onError }, () => performance.now());
  if (!options.allow && !options.registry) newReporter().report('setup', takesAll);
  const { report } = newReporter();
  const limits = { maxBytes: options.maxBodyBytes, timeoutMs: options.bodyTimeoutMs };
  const paths: [MessageKind | 'drift', string][] = [
    ['capture', options.paths?.capture ?? '/api/capture'],
    ['identify', options.paths?.identify ?? '/api/identify'],
  ];
  if (client.reportSightings) paths.push(['drift', options.paths?.drift ?? '/api/drift']);
  const passOn = createPassOn(client);
  const passSightings = createPassSightings(client, options.registry);
  const allowedOrigins = readOrigins(options.allowedOrigins);
  const isAllowed = allowedEvents(options);
  const rateLimit =
    options.rateLimit && createRateLimit(options.rateLimit.perMinute, () => performance.now());

  const kindOf = (pathname: string): MessageKind | 'drift' | undefined =>
    paths.find(([, path]) => pathname.endsWith(path))?.[0];

  async function answer(request: Request, origin: RequestOrigin, { ip }: ConnectionInfo): Promise<Reply> {
    const received = Date.now();
    const kind = kindOf(new URL(request.url).pathname);
    if (!kind) throw refusal(404, 'not_found', 'post to the path for capture, identify or drift');
    if (request.method !== 'POST' && request.method !== 'OPTIONS') {
      throw refusal(405, 'method_not_allowed', 'use POST', { headers: { allow: 'POST, OPTIONS' } });
    }
    if (!origin.isAllowed) throw foreignOrigin(origin);
    if (request.method === 'OPTIONS') return preflight(origin.cors);

    const { clientContext, keepVisitor, parseEvent, parseIdentify } = await loadRest();
    const page = clientContext(request, ip, trustProxy);
    checkRate(page.ip ?? ip);
    if (kind === 'drift') return passSightings(await readBody(ofWebRequest(request), limits));
    // Asked before the body is read, as the app may look at the request too.
    const user_id = await whoSent(request);
    const text = await readBody(ofWebRequest(request), limits);
    const { messages, isBatch, sent_at, dropped } = readMessages(text);
    const circumstances = {
      kind,
      client: page,
      user_id,
      sent_at,
      received,
      isAllowed: (event: string) => isAllowed(event, received),
      parse:
        kind === 'capture'
          ? (body: unknown) => parseEvent(body, { events, now: received })
          : (body: unknown) => parseIdentify(body, { now: received }),
    };
    const admitted = messages.map((message) => admit(message, circumstances));
    const reply = answerVerdicts(await passOn(kind, admitted, { dropped, isBatch }), isBatch);
    if (reply.status !== 200) return reply;
    const ids = admitted.map(({ anonymous_id }) => anonymous_id);
    return { ...reply, cookies: keepVisitor(ids, page, { domain: cookieDomain, secure: origin.isHttps }) };
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
    } catch (cause) {
      const detail = 'the session cannot be read; send the same request again';
      throw unavailable('identity_unavailable', detail, { cause });
    }
  }

  async function handle(request: Request, info: ConnectionInfo = {}): Promise<Response> {
    let reply: Reply;
    let cors: Record<string, string> = {};
    try {
      const origin = requestOrigin(request, allowedOrigins, trustProxy);
      cors = origin.cors;
      reply = await answer(request, origin, info);
    } catch (cause) {
      reply = replyTo(cause);
    }
    return toResponse(withHeaders(reply, { ...cors, 'cache-control': 'no-store' }));
  }

  function replyTo(cause: unknown): Reply {
    if (cause instanceof Refusal) {
      const code = reported[cause.code];
      if (code)
        // By the code alone: what is quoted of a request must not fill a log.
        report(
          code,
          `the first-party endpoint answers ${cause.reply.status}: ${cause.message}`,
          cause.cause,
          '',
        );
      return cause.reply;
    }
    report('callback', 'the first-party endpoint failed', cause);
    const headers = { 'retry-after': '5' };
    return problem(500, 'internal_error', 'the request could not be handled', { headers });
  }

  return Object.assign(handle, { handles: (pathname: string) => kindOf(pathname) !== undefined });
}

const takesAll =
  'createCaptureHandler has neither `allow` nor `registry`: a page may send every event of the vocabulary, even refunds; list the events that pages send in `allow`';

/** What the app must hear of. Everything else is between us and the page. */
const reported: Partial<Record<RefusalCode, ErrorCode>> = {
  foreign_origin: 'setup',
  identity_unavailable: 'callback',
  relay_unavailable: 'unreachable',
};

/** What only a request needs takes some milliseconds to load, which is not for the app's start to pay. */
async function loadRest() {
  const { clientContext } = await import('./client-context.ts');
  const { keepVisitor } = await import('./keep-visitor.ts');
  const { parseEvent, parseIdentify } = await import('@tracklayer/core/schema');
  return { clientContext, keepVisitor, parseEvent, parseIdentify };
}

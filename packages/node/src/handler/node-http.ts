import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem, Refusal, refusal } from '../http/problem.ts';
import { hangUp, toResponse } from '../http/reply.ts';
import type { ConnectionInfo } from './options.ts';

/** A handler for `node:http`, Express, Connect, and Fastify's routes. */
export interface NodeHandler {
  (request: IncomingMessage, response: ServerResponse, next?: (error?: unknown) => void): void;
  (request: RawRequest, reply: RawReply): void;
}

/** A request of Fastify: the one of `node:http`, and the body that Fastify has read from it. */
export interface RawRequest {
  raw: IncomingMessage;
  body?: unknown;
}

/** A reply of Fastify, which is told that somebody else writes the answer. */
export interface RawReply {
  raw: ServerResponse;
  hijack(): unknown;
}

/** What answers web-standard requests: a capture handler, or the one for Heap's webhooks. */
export interface WebHandler {
  (request: Request, info?: ConnectionInfo): Promise<Response>;
  /** Which paths are its own. Default: all. */
  handles?(pathname: string): boolean;
}

/** What frameworks add to a request. */
interface FrameworkRequest extends IncomingMessage {
  /** The path before a router took its own part away. */
  originalUrl?: string;
  /** The body, if somebody has read it already. */
  body?: unknown;
}

/**
 * Adapts a handler to `(req, res, next)`, and to a route of Fastify. Works before and after a body parser, and mounted
 * under any path. What is not the handler's goes to `next`, or is answered 404 where there is none. Signed webhooks go
 * before a body parser: what it made of them has other bytes.
 *
 * @example
 * app.use('/tl', toNodeHandler(createCaptureHandler({ client, allow }))); // Express
 * app.post('/tl/*', toNodeHandler(createCaptureHandler({ client, allow }))); // Fastify
 */
export function toNodeHandler(handler: WebHandler): NodeHandler {
  function handle(
    request: IncomingMessage | RawRequest,
    response: ServerResponse | RawReply,
    next?: (error?: unknown) => void,
  ): void {
    if ('raw' in request || 'raw' in response)
      return handleRoute(request as RawRequest, response as RawReply);
    const url = readUrl(request);
    if (next && handler.handles?.(url.pathname) === false) return next();
    void answer(request, response, url).catch(() => response.destroy());
  }

  function handleRoute({ raw, body }: RawRequest, reply: RawReply): void {
    reply.hijack();
    handle(Object.assign(raw, { body }), reply.raw);
  }

  return handle;

  async function respond(incoming: IncomingMessage, url: URL): Promise<Response> {
    let request: Request;
    try {
      request = readRequest(incoming, url);
    } catch (cause) {
      const reply =
        cause instanceof Refusal ? cause.reply : problem(400, 'invalid_json', 'the request cannot be read');
      return toResponse(reply);
    }
    return handler(request, { ip: incoming.socket?.remoteAddress });
  }

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse, url: URL): Promise<void> {
    const response = await respond(incoming, url);
    const body = Buffer.from(await response.arrayBuffer());
    // The page has gone away; it keeps what it was not answered for.
    if (outgoing.destroyed || outgoing.headersSent) return;
    outgoing.statusCode = response.status;
    for (const [name, value] of response.headers) {
      if (name !== 'set-cookie') outgoing.setHeader(name, value);
    }
    for (const cookie of response.headers.getSetCookie()) outgoing.appendHeader('set-cookie', cookie);
    for (const [name, value] of Object.entries(hangUp(outgoing) ?? {})) outgoing.setHeader(name, value);
    outgoing.end(body);
  }
}

const unreadable =
  'the body was read before this handler got the request; mount it before that, or leave the parsed body in `request.body`';

function readUrl(incoming: FrameworkRequest): URL {
  const path = incoming.originalUrl ?? incoming.url ?? '/';
  const scheme = 'encrypted' in (incoming.socket ?? {}) ? 'https' : 'http';
  // HTTP/2 names the host in its request line.
  const { ':authority': authority = 'localhost', host = authority } = incoming.headers;
  const url = `${scheme}://${String(host)}`;
  // Joined as text, `//evil.example/api/capture` stays a path.
  if (URL.canParse(url + path) && path.startsWith('/')) return new URL(url + path);
  return new URL('http://localhost/');
}

function readRequest(incoming: FrameworkRequest, url: URL): Request {
  const method = incoming.method ?? 'GET';
  const headers = new Headers();
  for (const [name, value = ''] of Object.entries(incoming.headers)) {
    // HTTP/2 has its request line among the headers.
    if (!name.startsWith(':')) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  const parsed = parsedBody(incoming);
  if (parsed === undefined && incoming.readableEnded) throw refusal(500, 'internal_error', unreadable);
  if (parsed === undefined) {
    return new Request(url, { method, headers, body: unreadBody(incoming), duplex: 'half' });
  }
  // Whoever parsed it has decompressed it, and what we have now is of another length.
  headers.delete('content-encoding');
  headers.delete('content-length');
  return new Request(url, { method, headers, body: parsed as NonNullable<RequestInit['body']> });
}

/** A body that a parser has read already, as bytes or text; nothing when the stream is still to be read. */
function parsedBody({ body, readableEnded }: FrameworkRequest): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  // Some parsers leave `{}` where the content was not theirs to read.
  if (!readableEnded && typeof body === 'object' && Object.keys(body).length === 0) return undefined;
  try {
    return JSON.stringify(body);
  } catch {
    return '';
  }
}

/**
 * Reads on demand. Giving up leaves the connection open, so that the answer still gets through. What nobody began to
 * read Node takes from the connection itself, so that the next request is not behind it: hence no byte ahead.
 */
function unreadBody(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(new Uint8Array(next.value));
      },
      async cancel() {
        await chunks.return?.();
        incoming.resume();
      },
    },
    { highWaterMark: 0 },
  );
}

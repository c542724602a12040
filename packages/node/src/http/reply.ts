import type { ServerResponse } from 'node:http';

/** A complete answer that does not belong to any kind of server yet. */
export interface Reply {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
  /** Values of `Set-Cookie`, one header each. */
  cookies?: readonly string[] | undefined;
}

interface ReplyParts {
  status?: number | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** Makes a reply of text, or of nothing. No browser may guess another content type. */
export const textReply = (body: string | undefined, { status = 200, headers }: ReplyParts = {}): Reply => ({
  status,
  headers: { 'x-content-type-options': 'nosniff', ...headers },
  body,
});

/** Makes a reply of a JSON value. */
export const jsonReply = (value: unknown, { status, headers }: ReplyParts = {}): Reply =>
  textReply(JSON.stringify(value), { status, headers: { 'content-type': 'application/json', ...headers } });

/** The same reply with more headers. */
export const withHeaders = (reply: Reply, headers: Readonly<Record<string, string>>): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers },
});

/** Hands a reply to a server that speaks `Response`. */
export function toResponse({ status, headers, body, cookies = [] }: Reply): Response {
  const response = new Response(body ?? null, { status, headers });
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  return response;
}

/** Writes a reply to `node:http`, unless the caller has gone away. */
export function sendReply({ status, headers, body = '', cookies }: Reply, outgoing: ServerResponse): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  const hasBody = status !== 204 && status !== 304;
  const length = hasBody ? { 'content-length': Buffer.byteLength(body) } : undefined;
  outgoing.statusCode = status;
  outgoing.writeHead(status, {
    ...headers,
    ...(cookies && { 'set-cookie': [...cookies] }),
    ...length,
    ...hangUp(outgoing),
  });
  // As text it leaves in one write with the head.
  outgoing.end(body);
}

/** So much of a body that nobody wants is let pass, so that its connection stays good. */
const maxIgnoredBytes = 4_194_304;

/**
 * The rest of a body that nobody reads stands before the next request of its connection: a short one is let pass (Node
 * does so by itself), a long, slow or endless one ends the connection.
 */
export function hangUp({ req, statusCode }: ServerResponse): { connection: 'close' } | undefined {
  const { complete, httpVersionMajor, headers } = req;
  if (complete || httpVersionMajor > 1) return undefined;
  const isEndless = headers['transfer-encoding'] !== undefined;
  const isLong = Number(headers['content-length']) > maxIgnoredBytes;
  return isEndless || isLong || statusCode === 408 ? { connection: 'close' } : undefined;
}

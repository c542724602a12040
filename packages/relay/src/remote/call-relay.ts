import { TrackLayerError } from '@tracklayer/core';
import { createAskRelay, type RelayAnswer, type RelayQuestion } from '@tracklayer/node/http-kit';

/** A relay, and how to reach it. */
export interface RelayAddress {
  /** `https://relay.example.com` */
  url: string;
  key: string;
  fetch(request: Request): Promise<Response>;
}

/** What is asked, and how long the answer may take, in milliseconds: by default 10 seconds. */
export interface RelayCallQuestion extends Omit<RelayQuestion, 'path'> {
  withinMs?: number | undefined;
}

const timeoutMs = 10_000;

/**
 * Calls one path of a relay, such as `api/registry`, and returns the JSON of its answer.
 *
 * @throws TrackLayerError `unreachable` or `setup`, with the relay's own reason; `setup` where there is no relay.
 */
export async function callRelay(
  { url, key, fetch }: RelayAddress,
  path: string,
  { withinMs = timeoutMs, ...question }: RelayCallQuestion = {},
): Promise<unknown> {
  const ask = createAskRelay({
    endpoint: url,
    key,
    requestTimeoutMs: withinMs,
    fetch: (request) => fetch(request as Request),
  });
  const address = `${url}/${path}`;
  const answer = await ask({ ...question, path: `/${path}` }).catch((cause: unknown) => {
    throw new TrackLayerError('unreachable', `no relay answers at ${address}${reasonOf(cause, withinMs)}`, {
      cause,
    });
  });
  const body = jsonOf(answer);
  const isObject = typeof body === 'object' && body !== null;
  if (answer.status >= 200 && answer.status < 300 && isObject) return body;
  // Every refusal of a relay has a code (docs/wire.md W-7).
  if (isObject && 'code' in body && 'detail' in body) {
    const code = answer.status === 429 || answer.status >= 500 ? 'unreachable' : 'setup';
    throw new TrackLayerError(code, `the relay answered ${answer.status}: ${String(body.detail)}`, {
      cause: body,
    });
  }
  const what = [502, 503, 504].includes(answer.status)
    ? 'a proxy without its relay, it seems'
    : 'not a relay';
  throw new TrackLayerError(
    answer.status >= 500 ? 'unreachable' : 'setup',
    `${url} is ${what}: ${address} answered ${answer.status} with ${typeOf(answer)}. Name the address that \`tracklayer serve\` prints`,
  );
}

function jsonOf({ body }: RelayAnswer): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function typeOf({ headers }: RelayAnswer): string {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return type.trim() || 'no content type';
}

/** The system's own word for it, such as `ECONNREFUSED`. */
function reasonOf(error: unknown, withinMs: number): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'TimeoutError') return ` within ${withinMs / 1_000} s`;
    if ('code' in cause && typeof cause.code === 'string') return ` (${cause.code})`;
  }
  return '';
}

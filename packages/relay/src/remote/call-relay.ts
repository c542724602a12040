import { TrackLayerError } from '@tracklayer/core';
import type { Options } from 'ky';

/** A relay, and how to reach it. */
export interface RelayAddress {
  /** `https://relay.example.com` */
  url: string;
  key: string;
  fetch(request: Request): Promise<Response>;
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
  options: Options = {},
): Promise<unknown> {
  const { default: ky } = await import('ky');
  const address = `${url}/${path}`;
  const answer = await ky(address, {
    ...options,
    headers: { ...(options.headers as Record<string, string>), authorization: `Bearer ${key}` },
    fetch: (request) => fetch(request as Request),
    redirect: 'manual',
    retry: 0,
    signal: AbortSignal.timeout(timeoutMs),
    timeout: false,
    throwHttpErrors: false,
  }).catch((cause: unknown) => {
    throw new TrackLayerError('unreachable', `no relay answers at ${address}${reasonOf(cause)}`, { cause });
  });
  const body: unknown = await answer.json().catch(() => undefined);
  const isObject = typeof body === 'object' && body !== null;
  if (answer.ok && isObject) return body;
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

function typeOf(answer: Response): string {
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  return type.trim() || 'no content type';
}

/** The system's own word for it, such as `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'TimeoutError') return ` within ${timeoutMs / 1_000} s`;
    if ('code' in cause && typeof cause.code === 'string') return ` (${cause.code})`;
  }
  return '';
}

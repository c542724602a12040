import {
  isTrackLayerError,
  parseRegistry,
  TrackLayerError,
  type EventMap,
  type Events,
  type Registry,
} from '@tracklayer/core';
import { readEndpoint } from '@tracklayer/core/adapter';
import { createAskRelay } from '../http/ask-relay.ts';
import { userAgent } from '../http/user-agent.ts';

/** A registry as the relay gave it. */
export interface FetchedRegistry {
  registry: Registry;
  /** For `If-None-Match`. */
  etag: string | undefined;
}

/**
 * Asks the relay for its registry; nothing when it is still that of `etag`.
 *
 * @throws TrackLayerError `setup` when the answer says that address or key are wrong, `unreachable` when there is none
 *   at the moment, `invalid_registry` when it cannot be used.
 */
export type RegistryHttp = (etag: string | undefined) => Promise<FetchedRegistry | undefined>;

export function createRegistryHttp(options: {
  endpoint: string | undefined;
  key: string | undefined;
  events: Events<EventMap> | undefined;
  requestTimeoutMs: number;
  fetch: typeof globalThis.fetch | undefined;
}): RegistryHttp {
  const { endpoint = '', key, events, requestTimeoutMs, fetch } = options;
  const ask = createAskRelay({ endpoint, key, requestTimeoutMs, userAgent, fetch });
  const path = '/api/registry';
  const url = readEndpoint(endpoint) + path;

  return async (known) => {
    const headers = known === undefined ? undefined : { 'if-none-match': known };
    const answer = await ask({ path, headers }).catch((cause: unknown) => {
      // Not passed on as `cause`: it may carry the request, which holds the key.
      throw new TrackLayerError('unreachable', `${url} does not respond (${nameOf(cause)})`);
    });
    const { status, body } = answer;
    if (status === 304 && known !== undefined) return undefined;
    if (status !== 200) throw failure(url, status);
    try {
      return { registry: parseRegistry(body, { events }), etag: answer.headers.get('etag') ?? undefined };
    } catch (cause) {
      if (!isTrackLayerError(cause)) throw cause;
      const { detail, problems } = cause;
      throw new TrackLayerError('invalid_registry', `${url}: ${detail}`, { cause, problems });
    }
  };
}

function failure(url: string, status: number): TrackLayerError {
  const isPassing = [408, 425, 429].includes(status) || status >= 500;
  const hint =
    (status === 401 && ': the relay does not know this key') ||
    (status === 403 && ': the key lacks the scope events:read') ||
    (!isPassing && ': endpoint is not a relay') ||
    '';
  return new TrackLayerError(isPassing ? 'unreachable' : 'setup', `${url} responds with ${status}${hint}`);
}

/** `ECONNREFUSED`, where the platform says it. */
function nameOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
  }
  return cause instanceof Error ? cause.name : 'error';
}

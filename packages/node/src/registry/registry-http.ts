import {
  isTrackLayerError,
  parseRegistry,
  TrackLayerError,
  type EventMap,
  type Events,
  type Registry,
} from '@tracklayer/core';
import { readEndpoint, readResponse } from '@tracklayer/core/adapter';
import type { KyInstance } from 'ky';
import packageJson from '../../package.json' with { type: 'json' };

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

/** ky is loaded at the first request. */
export function createRegistryHttp(options: {
  endpoint: string | undefined;
  key: string | undefined;
  events: Events<EventMap> | undefined;
  requestTimeoutMs: number;
  fetch: typeof globalThis.fetch | undefined;
}): RegistryHttp {
  const { key, events, requestTimeoutMs, fetch } = options;
  const url = `${readEndpoint(options.endpoint ?? '')}/api/registry`;
  let loading: Promise<{ default: KyInstance }> | undefined;

  async function ask(known: string | undefined) {
    const { default: ky } = await (loading ??= import('ky'));
    try {
      const response = await ky.get(url, {
        headers: {
          authorization: `Bearer ${key}`,
          'user-agent': `tracklayer-node/${packageJson.version}`,
          ...(known !== undefined && { 'if-none-match': known }),
        },
        ...(fetch && { fetch }),
        redirect: 'manual',
        retry: 0,
        // Ours ends with the body, ky's with the headers.
        signal: AbortSignal.timeout(requestTimeoutMs),
        timeout: false,
        throwHttpErrors: false,
      });
      return { etag: response.headers.get('etag') ?? undefined, ...(await readResponse(response)) };
    } catch (cause) {
      // Not passed on as `cause`: it may carry the request, which holds the key.
      throw new TrackLayerError('unreachable', `${url} does not answer (${nameOf(cause)})`);
    }
  }

  return async (known) => {
    const { status, body, etag } = await ask(known);
    if (status === 304 && known !== undefined) return undefined;
    if (status !== 200) throw failure(url, status);
    try {
      return { registry: parseRegistry(body, { events }), etag };
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
    (!isPassing && ': endpoint is no relay') ||
    '';
  return new TrackLayerError(isPassing ? 'unreachable' : 'setup', `${url} answers ${status}${hint}`);
}

/** `ECONNREFUSED`, where the platform says it. */
function nameOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
  }
  return cause instanceof Error ? cause.name : 'error';
}

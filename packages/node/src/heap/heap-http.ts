import { TrackLayerError } from '@tracklayer/core';
import type * as Ky from 'ky';

/** One request to Heap. `again` is awaited before each repetition. */
interface HeapRequest {
  path: string;
  /** Absent: a GET. */
  body?: Record<string, unknown> | undefined;
  authorization?: string | undefined;
  again?: (() => Promise<void>) | undefined;
}

/** Sends and returns the answer as JSON, `undefined` when it is none. Rejects with a {@link TrackLayerError} `heap`. */
export type HeapHttp = (request: HeapRequest) => Promise<unknown>;

/** Heap answered 400 or 413: because of one message, of all, or of the set-up. A plain error to everybody else. */
export class HeapRefusal extends TrackLayerError {}

const hosts = { us: 'https://heapanalytics.com', eu: 'https://c.eu.heap-api.com' } as const;

/** Heap's data centre. */
export type HeapRegion = keyof typeof hosts;

export const isRegion = (region: unknown): region is HeapRegion => Object.hasOwn(hosts, region as string);

const serverErrors = Array.from({ length: 100 }, (_, place) => 500 + place);
const transient = [408, 425, 429, ...serverErrors];

/** ky is loaded at the first request. */
export function createHeapHttp(options: {
  region: HeapRegion;
  fetch?: typeof globalThis.fetch | undefined;
  retries: number;
  requestTimeoutMs: number;
}): HeapHttp {
  let loading: Promise<typeof Ky> | undefined;
  return async ({ path, body, authorization, again }) => {
    const { default: ky, isHTTPError } = await (loading ??= import('ky'));
    let response: Response;
    try {
      response = await ky(hosts[options.region] + path, {
        method: body ? 'post' : 'get',
        ...(body && { json: body }),
        ...(authorization && { headers: { authorization } }),
        ...(options.fetch && { fetch: options.fetch }),
        redirect: 'manual',
        timeout: options.requestTimeoutMs,
        retry: {
          limit: options.retries,
          methods: ['get', 'post'],
          statusCodes: transient,
          afterStatusCodes: transient,
          maxRetryAfter: 120_000,
          backoffLimit: 30_000,
          jitter: true,
          retryOnTimeout: true,
        },
        hooks: { beforeRetry: [async () => again?.()] },
      });
    } catch (cause) {
      // Not passed on as `cause`: it carries the request, which names a person.
      const status = isHTTPError(cause) && cause.response.status;
      if (!status) throw new TrackLayerError('heap', `${path}: Heap did not answer (${nameOf(cause)})`);
      const Failure = status === 400 || status === 413 ? HeapRefusal : TrackLayerError;
      throw new Failure('heap', `${path}: Heap answers ${status}${hintOf(status)}`);
    }
    return response.json().catch(() => undefined);
  };
}

function hintOf(status: number): string {
  if (status === 400) return ': check appId and the names of the fields';
  if (status === 413) return ': the message is too large';
  if (status === 401 || status === 403) return ': check appId and apiKey, of the main production environment';
  if (status === 429) return ': too many requests, from all that use this appId';
  return '';
}

const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : 'error');

import { readEndpoint, readResponse } from '@tracklayer/core/adapter';
import type { KyInstance, Options } from 'ky';
import { timeLimit } from './time-limit.ts';

/** Where a relay is, and how it is asked. */
export interface RelayAddress {
  /** Base URL: `https://relay.example.com`. */
  endpoint: string | URL;
  key?: string | undefined;
  /** From the first byte to the last, in milliseconds. */
  requestTimeoutMs: number;
  userAgent?: string | undefined;
  /** In place of the platform's. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** One request; `path` begins with a slash. */
export interface RelayQuestion {
  path: string;
  method?: 'get' | 'post' | 'put' | 'delete' | undefined;
  json?: unknown;
  /** JSON that is written already, in place of `json`. */
  body?: Uint8Array<ArrayBuffer> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** One more try when there was no answer at all. Default `false`. */
  again?: boolean | undefined;
}

/** What came back, uninterpreted: a 3xx is an answer, too. */
export interface RelayAnswer {
  status: number;
  headers: Headers;
  /** Text, cut at 1 MiB. */
  body: string;
}

/**
 * Makes a function for all that is asked of a relay besides messages: redirects are not followed, no status throws, and
 * the time limit counts to the end of the body. It rejects when no answer came. ky is loaded at the first request.
 *
 * @throws TrackLayerError `invalid_options` when `endpoint` is not an http(s) URL.
 */
export function createAskRelay({
  endpoint,
  key,
  requestTimeoutMs,
  userAgent,
  fetch,
}: RelayAddress): (question: RelayQuestion) => Promise<RelayAnswer> {
  const base = readEndpoint(endpoint);
  let loading: Promise<{ default: KyInstance }> | undefined;
  return async ({ path, method = 'get', json, body: written, headers, again = false }) => {
    const { default: ky } = await (loading ??= import('ky'));
    const options: Options = {
      method,
      ...(json !== undefined && { json }),
      ...(written && { body: written }),
      headers: {
        ...(written && { 'content-type': 'application/json' }),
        ...headers,
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(userAgent !== undefined && { 'user-agent': userAgent }),
      },
      ...(fetch && { fetch }),
      redirect: 'manual',
      retry: again ? { limit: 1, methods: [method], statusCodes: [] } : 0,
      // Ours ends with the body, ky's with the headers.
      signal: timeLimit(requestTimeoutMs),
      timeout: false,
      throwHttpErrors: false,
    };
    const response = await ky(base + path, options);
    const { body } = await readResponse(response);
    return { status: response.status, headers: response.headers, body };
  };
}

import type { MessageKind } from '../event/event.ts';
import { readEndpoint } from './read-endpoint.ts';
import type { WireRequest } from './transport.ts';

/** Where and how to send. Times and retries belong to the queue and have no options here. */
export interface HttpTransportOptions {
  /** Base URL: `https://relay.example.com`. `/api/capture` and `/api/identify` are added. */
  endpoint: string | URL;
  /** Server key (docs/wire.md W-8). Never in a page. */
  key?: string | undefined;
  /** Other paths than `/api/capture` and `/api/identify`. */
  paths?: Partial<Record<MessageKind, string>> | undefined;
  /** `tracklayer-node/1.2.3`, where the platform lets us name ourselves. */
  userAgent?: string | undefined;
  /** Compresses a body. Used for bodies over `compressFromBytes`, until a server refuses one. */
  gzip?: ((text: string) => Promise<Uint8Array>) | undefined;
  /** Shorter bodies travel as they are, in bytes. Default `2_000`. */
  compressFromBytes?: number | undefined;
}

/** A {@link WireRequest} as it goes over HTTP: always a POST. */
export interface HttpRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
  compressed: boolean;
}

/**
 * Makes HTTP requests, for transports to send.
 *
 * @throws TrackLayerError `invalid_options` when `endpoint` is not an http(s) URL.
 */
export function createHttpRequests({
  endpoint,
  key,
  paths,
  userAgent,
  gzip,
  compressFromBytes = 2_000,
}: HttpTransportOptions): { base: string; write(request: WireRequest): Promise<HttpRequest> } {
  const base = readEndpoint(endpoint);
  return {
    base,
    async write({ kind, body, bytes, idempotency_key, attempt, compress }) {
      const zipped = gzip && compress && bytes > compressFromBytes ? await gzip(body) : undefined;
      return {
        url: base + (paths?.[kind] ?? `/api/${kind}`),
        headers: {
          'content-type': 'application/json',
          'idempotency-key': idempotency_key,
          'tracklayer-attempt': String(attempt),
          ...(zipped && { 'content-encoding': 'gzip' }),
          ...(key && { authorization: `Bearer ${key}` }),
          ...(userAgent && { 'user-agent': userAgent }),
        },
        // A Uint8Array over any buffer is a valid body; the type only knows those over an ArrayBuffer.
        body: (zipped as Uint8Array<ArrayBuffer> | undefined) ?? body,
        compressed: zipped !== undefined,
      };
    },
  };
}

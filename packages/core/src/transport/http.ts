import type { KyInstance } from 'ky';
import type { MessageKind } from '../event/event.ts';
import { readEndpoint } from './read-endpoint.ts';
import { readResponse } from './read-response.ts';
import type { Transport } from './transport.ts';

/** Where and how to send. Times and retries belong to the queue and have no options here. */
export interface HttpTransportOptions {
  /** Base address: `https://relay.example.com`. `/api/capture` and `/api/identify` are added. */
  endpoint: string;
  /** Server key (docs/wire.md W-8). Never in a page. */
  key?: string | undefined;
  /** Other paths than `/api/capture` and `/api/identify`. */
  paths?: Partial<Record<MessageKind, string>> | undefined;
  /** `tracklayer-node/1.2.3`, where the platform lets us name ourselves. */
  userAgent?: string | undefined;
  /** Compresses a body. Used for bodies over `compressFromBytes`, until a server answers 415. */
  gzip?: ((text: string) => Promise<Uint8Array>) | undefined;
  /** Shorter bodies travel as they are, in bytes. Default `2_000`. */
  compressFromBytes?: number | undefined;
}

/**
 * Sends by ky: one attempt a call, redirects not followed, answers read to the end and cut at 1 MiB (W-28).
 * ky is loaded at the first send.
 *
 * @throws TrackLayerError `invalid_options` when `endpoint` is no http(s) address.
 */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  const { key, userAgent, gzip, compressFromBytes = 2_000 } = options;
  const base = readEndpoint(options.endpoint);
  const urls: Record<MessageKind, string> = {
    capture: base + (options.paths?.capture ?? '/api/capture'),
    identify: base + (options.paths?.identify ?? '/api/identify'),
  };
  let loading: Promise<{ default: KyInstance }> | undefined;
  return {
    async send({ kind, body, bytes, idempotency_key, attempt, compress }, { signal }) {
      const { default: ky } = await (loading ??= import('ky'));
      const zipped = gzip && compress && bytes > compressFromBytes ? await gzip(body) : undefined;
      const response = await ky.post(urls[kind], {
        // A Uint8Array over any buffer is a valid body; the type only knows those over an ArrayBuffer.
        body: (zipped as Uint8Array<ArrayBuffer> | undefined) ?? body,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': idempotency_key,
          'tracklayer-attempt': String(attempt),
          ...(zipped && { 'content-encoding': 'gzip' }),
          ...(key && { authorization: `Bearer ${key}` }),
          ...(userAgent && { 'user-agent': userAgent }),
        },
        redirect: 'manual',
        retry: 0,
        signal,
        throwHttpErrors: false,
        timeout: false,
      });
      return readResponse(response);
    },
  };
}

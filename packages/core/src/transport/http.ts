import type { KyInstance } from 'ky';
import { createHttpRequests, type HttpTransportOptions } from './http-request.ts';
import { describeNetworkError } from './network-error.ts';
import { readResponse } from './read-response.ts';
import type { Transport } from './transport.ts';

export { createHttpRequests, type HttpRequest, type HttpTransportOptions } from './http-request.ts';
export { describeNetworkError } from './network-error.ts';

/**
 * Sends by ky: one attempt per call, redirects not followed, answers read to the end and cut at 1 MiB (W-28).
 * ky is loaded at the first send.
 *
 * @throws TrackLayerError `invalid_options` when `endpoint` is not an http(s) URL.
 */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  const requests = createHttpRequests(options);
  let loading: Promise<{ default: KyInstance }> | undefined;
  return {
    endpoint: requests.base,
    async send(request, { signal }) {
      const { default: ky } = await (loading ??= import('ky'));
      const { url, headers, body, compressed } = await requests.write(request);
      try {
        const response = await ky.post(url, {
          body,
          headers,
          redirect: 'manual',
          retry: 0,
          signal,
          throwHttpErrors: false,
          timeout: false,
        });
        return { ...(await readResponse(response)), compressed };
      } catch (cause) {
        throw describeNetworkError(cause);
      }
    },
  };
}

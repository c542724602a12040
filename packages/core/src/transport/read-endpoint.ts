import { TrackLayerError } from '../errors.ts';

/**
 * A server's base address without slashes at its end, safe to show.
 *
 * @throws TrackLayerError `invalid_options` when it is no http(s) address, or holds credentials or a query.
 */
export function readEndpoint(endpoint: string): string {
  let url: URL | undefined;
  try {
    url = new URL(endpoint);
  } catch {
    // Told below, without the value: it may hold a key.
  }
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search) {
    throw new TrackLayerError(
      'invalid_options',
      'endpoint is not an http(s) address without credentials or query; pass something like "https://relay.example.com"',
    );
  }
  return endpoint.replace(/\/+$/, '');
}

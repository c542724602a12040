import { TrackLayerError } from '../errors.ts';
import { kindOf } from '../event/problem.ts';

/**
 * Reads a server's base URL: without slashes at its end, safe to show.
 *
 * @throws TrackLayerError `invalid_options` when it is not an http(s) URL, or holds credentials or a query.
 */
export function readEndpoint(endpoint: string | URL | undefined): string {
  const text = endpoint instanceof URL ? endpoint.href : endpoint;
  if (typeof text !== 'string' || text.trim() === '') {
    throw new TrackLayerError(
      'invalid_options',
      text === undefined || text === null || text === ''
        ? '`endpoint` is missing: pass the URL of the relay, such as "https://relay.example.com"'
        : `\`endpoint\` must be a URL, got ${kindOf(text)}`,
    );
  }
  const trimmed = text.trim().replace(/\/+$/, '');
  let url: URL | undefined;
  try {
    url = new URL(trimmed);
  } catch {
    // Reported below, without the value: it may hold a key.
  }
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new TrackLayerError(
      'invalid_options',
      '`endpoint` must be an http(s) URL without credentials, query or hash, such as "https://relay.example.com"',
    );
  }
  return trimmed;
}

import { TrackLayerError } from '@tracklayer/core';
import { attempt, kindOf } from '@tracklayer/core/adapter';

/**
 * Where a page posts to, without slashes at its end. A path is one of this site, also where a `<base>` says otherwise.
 *
 * @throws TrackLayerError `invalid_options` when it is neither a path nor an http(s) URL that a page may use.
 */
export function readPageEndpoint(given: unknown): string {
  const text = (given instanceof URL ? given.href : typeof given === 'string' ? given : '').trim();
  const isPath = /^\/(?!\/)/.test(text);
  // A page without an address of its own, as about:blank, still has the site that it posts to.
  const site = location.origin.startsWith('http') ? location.origin : undefined;
  const url = urlOf(text, isPath ? (site ?? 'https://localhost') : undefined);
  const problem = !url
    ? `must be a path of this site such as "/tl", or an https URL of yours, got ${text ? 'another text' : kindOf(given)}`
    : url.username || url.password || url.search || url.hash
      ? 'must have no credentials, query or fragment'
      : url.protocol !== 'https:' && url.origin !== site && !isLoopback(url.hostname)
        ? 'must be https: only this site and localhost may be plain http'
        : undefined;
  if (problem) throw new TrackLayerError('invalid_options', `\`endpoint\` ${problem}`);
  const isMoved = isPath && site && urlOf(document.baseURI)?.origin !== site;
  return ((isMoved ? site : '') + text).replace(/\/+$/, '');
}

const isLoopback = (host: string): boolean => /^(localhost|127\.[\d.]+|\[::1\])$/.test(host);

function urlOf(text: string, base?: string): URL | undefined {
  const url = attempt(() => new URL(text, base));
  return url && /^https?:$/.test(url.protocol) ? url : undefined;
}

import { TrackLayerError } from '@tracklayer/core';
import { faultOfRegistry } from '../registry/fault-of-registry.ts';
import type { CaptureHandlerOptions } from './options.ts';

/** @throws TrackLayerError `invalid_options` for the first option that cannot be used. */
export function checkOptions(options: CaptureHandlerOptions): void {
  const { client, registry, allow, paths, trustProxy = false } = options;
  const { rateLimit, cookieDomain, maxBodyBytes = 1, bodyTimeoutMs = 1 } = options;
  const fault =
    (typeof client?.forward !== 'function' && '`client` must be what createNodeClient returns') ||
    (registry !== undefined && faultOfRegistry(registry)) ||
    (allow !== undefined &&
      !isList(allow) &&
      `\`allow\` must be a list of event names, got ${typeof allow}`) ||
    (trustProxy !== true &&
      !(Number(trustProxy) >= 0 && typeof trustProxy !== 'string') &&
      '`trustProxy` must be true, false or how many proxies are yours') ||
    (!Object.values(paths ?? {}).every((path) => path === undefined || path.startsWith('/')) &&
      '`paths` must begin with a slash') ||
    (rateLimit && !(rateLimit.perMinute >= 1) && '`rateLimit.perMinute` must be a number of 1 or more') ||
    (cookieDomain && !/^[\w.-]+$/.test(cookieDomain) && '`cookieDomain` must be a host name') ||
    (!(maxBodyBytes >= 1) && '`maxBodyBytes` must be a number of 1 or more') ||
    (!(bodyTimeoutMs >= 1) && '`bodyTimeoutMs` must be a number of 1 or more');
  if (fault) throw new TrackLayerError('invalid_options', fault);
}

/**
 * The origins of `allowedOrigins` as browsers write them: a path or a slash at the end would never match.
 *
 * @throws TrackLayerError `invalid_options` for one that is not an http(s) origin.
 */
export function readOrigins(given: CaptureHandlerOptions['allowedOrigins'] = []): ReadonlySet<string> {
  const isUsable =
    isList(given) && given.every((origin) => /^https?:\/\/[^/?#@]+\/?$/.test(origin) && URL.canParse(origin));
  if (isUsable) return new Set(given.map((origin) => new URL(origin).origin));
  throw new TrackLayerError(
    'invalid_options',
    '`allowedOrigins` must be a list of origins, such as ["https://shop.example.com"]',
  );
}

const isList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

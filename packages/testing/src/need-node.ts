import { TrackLayerError } from '@tracklayer/core';

/**
 * Throws where Node.js is too old for what the kit is made of.
 *
 * @throws TrackLayerError `invalid_options`
 */
export function needNode(version = globalThis.process?.versions?.node): void {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (!version || major > 22 || (major === 22 && minor >= 13)) return;
  throw new TrackLayerError(
    'invalid_options',
    `@tracklayer/testing needs Node.js 22.13 or newer, and this is ${version}: run the tests with a newer one`,
  );
}

import { TrackLayerError } from '@tracklayer/core';
import type { TrackLayerMatchers } from './matcher-types.ts';
import { matchers } from './matchers/matchers.ts';

declare global {
  // The way in which matchers are added to @types/jest.
  namespace jest {
    interface Matchers<R, T> extends TrackLayerMatchers {}
  }
}

const { expect } = globalThis as { expect?: { extend(added: typeof matchers): void } };
if (!expect) {
  throw new TrackLayerError(
    'invalid_options',
    'there is no global expect; with injectGlobals: false call expect.extend(matchers) yourself',
  );
}
expect.extend(matchers);

export { matchers };

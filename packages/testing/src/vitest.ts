import { expect } from 'vitest';
import type { TrackLayerMatchers } from './matcher-types.ts';
import { matchers } from './matchers/matchers.ts';

declare module 'vitest' {
  interface Matchers<
    R extends void | Promise<void> = void | Promise<void>,
    T = unknown,
  > extends TrackLayerMatchers {}
}

expect.extend(matchers);

export { matchers };

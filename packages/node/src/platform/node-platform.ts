import type { MessageStore, Platform } from '@tracklayer/core';
import { defaultPlatform } from '@tracklayer/core/adapter';

/** Node's clocks, randomness and timers. Timers let the process end, except where a caller waits for them. */
export function nodePlatform(messages?: MessageStore): Platform {
  // Modules of Node are asked for when a client is made: imported at the top they are most of this package's start-up.
  const { randomFillSync } = process.getBuiltinModule('node:crypto');
  const { clock, random } = defaultPlatform();
  return {
    clock,
    random,
    randomBytes: (length) => randomFillSync(new Uint8Array(length)),
    byteLength: (text) => Buffer.byteLength(text),
    ...(messages && { messages }),
  };
}

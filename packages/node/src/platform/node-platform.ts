import { defaultPlatform, type MessageStore, type Platform } from '@tracklayer/core';
import { randomFillSync } from 'node:crypto';

/** Node's clocks, randomness and timers. Timers let the process end, except where a caller waits for them. */
export function nodePlatform(messages?: MessageStore): Platform {
  const { clock, random } = defaultPlatform();
  return {
    clock,
    random,
    randomBytes: (length) => randomFillSync(new Uint8Array(length)),
    byteLength: (text) => Buffer.byteLength(text),
    ...(messages && { messages }),
  };
}

import type { Message } from './message.ts';

/**
 * Keeps a person's order: an identify is final before a later capture of the same `user_id` or `anonymous_id` is
 * sent; nobody else waits (docs/wire.md W-20).
 */
export interface Order {
  /** True when the message may be sent now. A capture that may not is handed to `released` once it may. */
  admit(message: Message): boolean;
  /** The message is final: forgets it, and returns the captures that waited for it. */
  done(message: Message): readonly Message[];
}

export function createOrder(): Order {
  const open = new Map<string, Message[]>();
  return {
    admit(message) {
      if (message.kind === 'identify') {
        for (const key of persons(message)) {
          const identifies = open.get(key);
          if (identifies) identifies.push(message);
          else open.set(key, [message]);
        }
        return true;
      }
      if (open.size === 0) return true;
      for (const key of persons(message)) {
        const first = open.get(key)?.find((identify) => identify.seq < message.seq);
        if (first) {
          (first.later ??= []).push(message);
          return false;
        }
      }
      return true;
    },
    done(message) {
      if (message.kind === 'identify') {
        for (const key of persons(message)) {
          const rest = open.get(key)?.filter((identify) => identify !== message) ?? [];
          if (rest.length > 0) open.set(key, rest);
          else open.delete(key);
        }
      }
      const released = message.later ?? [];
      message.later = undefined;
      return released;
    },
  };
}

function persons({ user_id, anonymous_id }: Message): string[] {
  const keys: string[] = [];
  if (user_id !== undefined) keys.push(`u${user_id}`);
  if (anonymous_id !== undefined) keys.push(`a${anonymous_id}`);
  return keys;
}

import type { Entry } from './message.ts';

/**
 * Keeps a person's order: an identify is final before a later capture of the same `user_id` or `anonymous_id` is
 * sent; nobody else waits (docs/wire.md W-20).
 */
export interface Order {
  /** True when the message may be sent now. A capture that may not is returned by `done()` once it may. */
  admit(entry: Entry): boolean;
  /** The message is final: forgets it, and returns the captures that waited for it. */
  done(entry: Entry): readonly Entry[];
  /** Returns every capture that waits: it waits no more. */
  hasten(): readonly Entry[];
}

export function createOrder(): Order {
  const open = new Map<string, Entry[]>();
  return {
    admit(entry) {
      if (entry.message.kind === 'identify') {
        for (const key of persons(entry)) {
          const identifies = open.get(key);
          if (identifies) identifies.push(entry);
          else open.set(key, [entry]);
        }
        return true;
      }
      if (open.size === 0) return true;
      for (const key of persons(entry)) {
        const first = open.get(key)?.find((identify) => identify.seq < entry.seq);
        if (first) {
          (first.later ??= []).push(entry);
          return false;
        }
      }
      return true;
    },
    done(entry) {
      if (entry.message.kind === 'identify') {
        for (const key of persons(entry)) {
          const rest = open.get(key)?.filter((identify) => identify !== entry) ?? [];
          if (rest.length > 0) open.set(key, rest);
          else open.delete(key);
        }
      }
      const released = entry.later ?? [];
      entry.later = undefined;
      return released;
    },
    hasten() {
      const released: Entry[] = [];
      for (const identify of [...open.values()].flat()) {
        released.push(...(identify.later ?? []));
        identify.later = undefined;
      }
      return released;
    },
  };
}

function persons({ message: { user_id, anonymous_id } }: Entry): string[] {
  const keys: string[] = [];
  if (user_id !== undefined) keys.push(`u${user_id}`);
  if (anonymous_id !== undefined) keys.push(`a${anonymous_id}`);
  return keys;
}

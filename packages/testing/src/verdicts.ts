import type { MessageKind, Verdict, WireEvent, WireIdentify } from '@tracklayer/core';
import { keyProperties, type Contract } from '@tracklayer/core/adapter';

type Message = WireEvent & WireIdentify;

/** Judges messages as a relay does: the first of an id is accepted, a later one that tells otherwise is a conflict. */
export function createVerdicts(
  events: Contract | undefined,
): (kind: MessageKind, message: Message) => Verdict {
  const first = new Map<string, Message>();
  return (kind, message) => {
    const key = `${kind} ${message.event_id}`;
    const before = first.get(key);
    if (message.event_id && !before) first.set(key, message);
    return {
      event_id: message.event_id,
      status: before ? 'duplicate' : 'accepted',
      ...(kind === 'identify' && { merged: !before && Boolean(message.user_id && message.anonymous_id) }),
      ...(kind === 'capture' && before && isConflict(before, message, events) && { conflict: true }),
    };
  };
}

/** Whether a field that both have and that counts differs (docs/wire.md W-4). */
export function isConflict(before: WireEvent, now: WireEvent, events: Contract | undefined): boolean {
  const names = [...keyProperties(before.event, { events }), 'value', 'currency'];
  return (
    before.event !== now.event ||
    isOther(before.user_id, now.user_id) ||
    names.some((name) => isOther(before.properties?.[name], now.properties?.[name]))
  );
}

/** `10492` and `"10492 "` make one id (docs/wire.md W-6), so they are one value here too. */
const isOther = (before: unknown, now: unknown): boolean =>
  before != null && now != null && normal(before) !== normal(now);

const normal = (value: unknown): string =>
  typeof value === 'string' ? value.normalize('NFC').trim() : JSON.stringify(value);

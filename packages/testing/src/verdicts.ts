import type { MessageKind, Verdict, WireEvent, WireIdentify } from '@tracklayer/core';

type Message = WireEvent & WireIdentify;

/** Judges messages as a relay does: the first of an id is accepted, a later one that tells otherwise is a conflict. */
export function createVerdicts(): (kind: MessageKind, message: Message) => Verdict {
  const first = new Map<string, Message>();
  return (kind, message) => {
    const key = `${kind} ${message.event_id}`;
    const before = first.get(key);
    if (message.event_id && !before) first.set(key, message);
    return {
      event_id: message.event_id,
      status: before ? 'duplicate' : 'accepted',
      ...(kind === 'identify' && { merged: !before && Boolean(message.user_id && message.anonymous_id) }),
      ...(kind === 'capture' && before && isConflict(before, message) && { conflict: true }),
    };
  };
}

/** Whether a field that both have and that counts differs (docs/wire.md W-4). */
export function isConflict(before: WireEvent, now: WireEvent): boolean {
  return factsOf(before).some((fact, place) => {
    const other = factsOf(now)[place];
    return fact !== undefined && other !== undefined && fact !== other;
  });
}

const factsOf = ({ event, user_id, properties }: WireEvent): unknown[] => [
  event,
  user_id,
  properties?.['value'],
  properties?.['currency'],
];

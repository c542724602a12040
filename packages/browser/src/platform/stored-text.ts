import type { StoredMessage } from '@tracklayer/core';

/** A message as the value of one storage key: a line about it, then its JSON as it is, which costs no second escaping. */
export function writeStored(message: Omit<StoredMessage, 'seq'>): string {
  const { kind, event_id, captured_at, user_id, anonymous_id, priority, json } = message;
  return `${JSON.stringify({ kind, event_id, captured_at, user_id, anonymous_id, priority })}\n${json}`;
}

/** `undefined` for what is no message of ours. */
export function readStored(text: string | null): Omit<StoredMessage, 'seq'> | undefined {
  const end = text?.indexOf('\n') ?? -1;
  if (!text || end < 0) return undefined;
  try {
    const json = text.slice(end + 1);
    const head = JSON.parse(text.slice(0, end)) as Omit<StoredMessage, 'seq' | 'json' | 'priority'>;
    const isOurs = /^(capture|identify)$/.test(head.kind) && !!head.event_id && head.captured_at > 0;
    // A half-written or edited text would spoil the whole batch that it travels in.
    return isOurs && typeof JSON.parse(json) === 'object' ? { priority: 1, ...head, json } : undefined;
  } catch {
    return undefined;
  }
}

import type { StoredMessage } from '@tracklayer/core';

/**
 * Messages as the value of one storage key: for each a line about it, then its JSON as it is, which costs no second
 * escaping and holds its ids.
 */
export const writeStored = (messages: readonly StoredMessage[]): string =>
  messages
    .map(({ seq, kind, captured_at, priority, json }) => `${seq} ${kind} ${captured_at} ${priority}\n${json}`)
    .join('\n');

/** Leaves out what is not a message of ours. */
export function readStored(text: string | null): StoredMessage[] {
  const messages: StoredMessage[] = [];
  const lines = (text ?? '').split('\n');
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [seq, kind, captured_at, priority] = lines[at]!.split(' ');
    const json = lines[at + 1]!;
    if (kind !== 'capture' && kind !== 'identify') continue;
    try {
      // A half-written or edited text would spoil the whole batch that it travels in.
      const { event_id, user_id, anonymous_id } = JSON.parse(json) as StoredMessage;
      if (!event_id || !(Number(captured_at) > 0)) continue;
      messages.push({
        seq: Number(seq),
        kind,
        event_id,
        json,
        captured_at: Number(captured_at),
        user_id,
        anonymous_id,
        priority: Number(priority) || 1,
      });
    } catch {
      // Not a message.
    }
  }
  return messages;
}

import type { Problem, MessageKind } from '@tracklayer/core';
import type { Contract } from '@tracklayer/core/adapter';
import { parseEvent, parseIdentify } from '@tracklayer/core/schema';

/** What core's full schemas find wrong with a message that comes now, as the relay does. */
export function findFaults(
  kind: MessageKind,
  message: unknown,
  events: Contract | undefined,
  sent_at: string | undefined,
): readonly Problem[] {
  const moment = { now: Date.now(), sent_at };
  const parsed =
    kind === 'capture' ? parseEvent(message, { events, ...moment }) : parseIdentify(message, moment);
  return 'errors' in parsed ? parsed.errors : [];
}

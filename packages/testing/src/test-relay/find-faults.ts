import type { Problem, MessageKind } from '@tracklayer/core';
import type { Contract } from '@tracklayer/core/adapter';
import { parseEvent, parseIdentify } from '@tracklayer/core/schema';

/** What core's full schemas find wrong with a message, as the relay does. */
export function findFaults(
  kind: MessageKind,
  message: unknown,
  events: Contract | undefined,
): readonly Problem[] {
  const parsed = kind === 'capture' ? parseEvent(message, { events }) : parseIdentify(message);
  return 'errors' in parsed ? parsed.errors : [];
}

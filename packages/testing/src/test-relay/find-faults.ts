import { parseEvent, parseIdentify } from '@tracklayer/core/schema';
import type { FindFaults } from './counted.ts';

/** What core's full schemas say of a message, as the relay does. */
export const findFaults: FindFaults = (kind, message) => {
  const parsed = kind === 'capture' ? parseEvent(message) : parseIdentify(message);
  return 'errors' in parsed ? parsed.errors : undefined;
};

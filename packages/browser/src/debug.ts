import type { Transport } from '@tracklayer/core';
import { debugClient, debugTransport, type DebuggedCalls } from '@tracklayer/core/debug';

/** Prints on the console what a page's client does, from now on. Loaded only where it is asked for. */
export function attachDebug(client: DebuggedCalls, transport: Transport): void {
  const print = (line: string): void => console.info(line);
  Object.assign(client, debugClient(client, print));
  Object.assign(transport, debugTransport({ ...transport }, print));
}

import { createAdapterClient } from './client.ts';
import type { BuiltInEvents } from './contract/capture-input.ts';
import type { EventMap } from './contract/own-event.ts';
import { debugClient, debugTransport } from './debug.ts';
import type { Client, ClientOptions } from './options.ts';
import { createLedger } from './queue/ledger.ts';

/**
 * Makes a client for any runtime: capture, identify, flush. It remembers the last 1,000 business ids, in memory.
 *
 * @throws TrackLayerError `invalid_options` when an option can't be used.
 * @example
 * const client = createClient({ transport: createHttpTransport({ endpoint: 'https://relay.example.com', key }) });
 */
export function createClient<Own extends EventMap = BuiltInEvents>(options: ClientOptions<Own>): Client<Own> {
  const ledger = createLedger(1_000);
  if (!options?.debug) return createAdapterClient({ ...options, ledger }).client;
  const print = (line: string): void => console.info(line);
  const transport = debugTransport(options.transport, print);
  return debugClient(createAdapterClient({ ...options, transport, ledger }).client, print);
}

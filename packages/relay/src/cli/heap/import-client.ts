import { TrackLayerError, type EventMap, type Events, type Stats } from '@tracklayer/core';
import type { NodeClient } from '@tracklayer/node';
import type { CliIo } from '../io.ts';
import { relayOf, type RelayFlags } from '../relay-call.ts';

/** What sends the events of an import, and gives up at once where waiting would not help. */
export interface ImportClient extends Pick<NodeClient, 'capture' | 'flush'> {
  stats(): Stats;
  close(): Promise<void>;
}

const maxDropsTold = 3;

/** The client of `--url` and `--key`, else of TRACKLAYER_URL and TRACKLAYER_KEY. Loads the node package. */
export async function createImportClient(
  flags: RelayFlags,
  io: CliIo,
  events: Events<EventMap> | undefined,
): Promise<ImportClient> {
  const relay = relayOf(flags, io);
  if (!relay) {
    const detail =
      'name the relay with --url and --key, or TRACKLAYER_URL and TRACKLAYER_KEY; or pass --dry-run';
    throw new TrackLayerError('invalid_options', detail);
  }
  const { createNodeClient } = await import('@tracklayer/node');
  const fault = Promise.withResolvers<never>();
  // Whoever flushes hears of it; nobody may be flushing.
  fault.promise.catch(() => undefined);
  let told = 0;
  const client = createNodeClient({
    endpoint: relay.url,
    key: relay.key,
    events,
    // What is on the queue when an import ends early comes again with the next run.
    shutdownTimeoutMs: 1,
    onError: (error) => {
      if (error.code === 'setup') fault.reject(error);
      // The command counts them itself, and the next run brings them.
      else if (error.code === 'undelivered') return;
      else io.printError(`tracklayer: ${error.message}`);
    },
    onDrop: ({ event_id, event, reason, detail }) => {
      if (reason === 'closed' || ++told > maxDropsTold) return;
      const which = `${event ?? 'an event'} ${event_id ?? 'without an id'}`;
      io.printError(`tracklayer: ${which} is dropped as ${reason}: ${detail ?? 'the relay gave no reason'}`);
    },
  });
  return {
    capture: client.capture,
    flush: (options) => Promise.race([client.flush(options), fault.promise]),
    stats: client.stats,
    close: async () => void (await client.close()),
  };
}

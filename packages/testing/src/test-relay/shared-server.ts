import type { RequestHandler } from 'msw';
import type { SetupServer } from 'msw/node';
import { loadMswNode } from '../load-msw/load-msw.ts';

/** The msw server of all relays of this process. Two servers would take the requests out of each other's hands. */
interface SharedServer {
  server: SetupServer;
  /** Of each open relay, the newest first: it answers where two have the same endpoint. */
  relays: (readonly RequestHandler[])[];
}

// As the network that it answers for, it belongs to the process and not to one copy of this module.
const place = Symbol.for('tracklayer.test-relays');
const owner = globalThis as { [place]?: SharedServer | undefined };

/** Answers with these handlers; `close` gives the network back when the last relay is gone. */
export async function joinSharedServer(handlers: readonly RequestHandler[]): Promise<{ close(): void }> {
  const { setupServer } = await loadMswNode();
  const shared = (owner[place] ??= open(setupServer()));
  shared.relays.unshift(handlers);
  shared.server.resetHandlers(...shared.relays.flat());
  return {
    close() {
      shared.relays = shared.relays.filter((others) => others !== handlers);
      if (shared.relays.length > 0) return shared.server.resetHandlers(...shared.relays.flat());
      if (owner[place] !== shared) return;
      owner[place] = undefined;
      shared.server.close();
    },
  };
}

function open(server: SetupServer): SharedServer {
  server.listen({ onUnhandledFrame: 'bypass' });
  return { server, relays: [] };
}

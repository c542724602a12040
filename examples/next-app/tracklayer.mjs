import { createMemoryTransport } from '@tracklayer/core';
import { createCaptureHandler, createNodeClient } from '@tracklayer/node';

const { TRACKLAYER_URL, TRACKLAYER_KEY } = process.env;

// Without a relay, as in this example's own test, events go no further than this process.
const client = createNodeClient(
  TRACKLAYER_URL ? { endpoint: TRACKLAYER_URL, key: TRACKLAYER_KEY } : { transport: createMemoryTransport() },
);

/** The first-party endpoint; `app/tl/api/[kind]/route.js` is its address. */
export const handler = createCaptureHandler({ client });

// The first-party endpoint with a transport in memory instead of a relay.
import { createMemoryTransport } from '@tracklayer/core';
import { createCaptureHandler, createNodeClient } from '@tracklayer/node';

export const transport = createMemoryTransport();
export const handler = createCaptureHandler({
  client: createNodeClient({ transport }),
});

import { toNodeHandler } from '@tracklayer/node';
import express from 'express';
import { exchange } from './exchange.mjs';
import { handler } from './tracklayer.mjs';

// Once before a body parser, once behind one.
for (const isParsed of [false, true]) {
  const { createNodeClient, createCaptureHandler } = await import('@tracklayer/node');
  const { createMemoryTransport } = await import('@tracklayer/core');
  const app = express();
  if (isParsed) app.use(express.json());
  const own = createCaptureHandler({ client: createNodeClient({ transport: createMemoryTransport() }) });
  app.use('/tl', toNodeHandler(isParsed ? own : handler));
  const server = app.listen(0);
  await exchange(`http://127.0.0.1:${server.address().port}`);
  server.close();
}
process.exit();

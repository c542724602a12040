import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { exchange } from './exchange.mjs';
import { handler } from './tracklayer.mjs';

const app = new Hono();
app.post('/tl/*', (context) => handler(context.req.raw));
const server = serve({ fetch: app.fetch, port: 0 }, async ({ port }) => {
  await exchange(`http://127.0.0.1:${port}`);
  server.close();
  process.exit();
});

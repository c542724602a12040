import { toNodeHandler } from '@tracklayer/node';
import fastify from 'fastify';
import { exchange } from './exchange.mjs';
import { handler } from './tracklayer.mjs';

const app = fastify();
const capture = toNodeHandler(handler);
app.post('/tl/*', (request, reply) => {
  reply.hijack();
  capture(Object.assign(request.raw, { body: request.body }), reply.raw);
});
await exchange(await app.listen({ port: 0 }));
process.exit();

import { toNodeHandler } from '@tracklayer/node';
import fastify from 'fastify';
import { exchange } from './exchange.mjs';
import { handler } from './tracklayer.mjs';

const app = fastify();
app.all('/tl/*', toNodeHandler(handler));
await exchange(await app.listen({ port: 0 }));
process.exit();

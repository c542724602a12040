import { firstPurchase } from './first-purchase.mjs';

console.log(await firstPurchase());

// The recipe of docs/frameworks.md.
const { exchange } = await import('./exchange.mjs');
const { handler } = await import('./tracklayer.mjs');
const server = Bun.serve({
  port: 0,
  fetch: (request, server) => handler(request, { ip: server.requestIP(request)?.address }),
});
await exchange(`http://localhost:${server.port}`);
await server.stop(true);
process.exit();

import { firstPurchase } from './first-purchase.mjs';

console.log(await firstPurchase());

// The recipe of docs/frameworks.md.
const { exchange } = await import('./exchange.mjs');
const { handler } = await import('./tracklayer.mjs');
const server = Deno.serve({ port: 0 }, (request, { remoteAddr }) =>
  handler(request, { ip: remoteAddr.hostname }),
);
await exchange(`http://localhost:${server.addr.port}`);
await server.shutdown();
Deno.exit();

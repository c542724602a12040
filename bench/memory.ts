// What a silent or absent server costs a Node process: `node --expose-gc --conditions=@tracklayer/source bench/memory.ts`.
// Peak resident memory over idle, requests in flight, and what is lost.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeClient } from '@tracklayer/node';
import { order } from './order.ts';
import { startAcceptingServer } from './server-process.ts';

const collect = (globalThis as { gc?: () => void }).gc ?? ((): void => {});
const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(0);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Captures at the pace of a busy server, watching resident memory. */
async function captureAll(capture: (index: number) => void, count: number): Promise<number> {
  let peak = 0;
  for (let index = 0; index < count; index++) {
    capture(index);
    if (index % 500 === 499) {
      await pause(1);
      peak = Math.max(peak, process.memoryUsage.rss());
    }
  }
  return peak;
}

let inFlight = 0;
let mostInFlight = 0;
const hung = createServer((request) => {
  inFlight++;
  mostInFlight = Math.max(mostInFlight, inFlight);
  request.resume();
  request.on('close', () => inFlight--);
});
await new Promise<void>((resolve) => void hung.listen(0, '127.0.0.1', resolve));
const address = (server: typeof hung): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

// Warm: the code, ky and fetch are loaded before idle is measured.
const warm = createNodeClient({ endpoint: address(hung), requestTimeoutMs: 200, shutdownTimeoutMs: 300 });
warm.capture(order(-1));
await warm.close();
mostInFlight = inFlight = 0;

collect();
let idle = process.memoryUsage.rss();
const waiting = createNodeClient({ endpoint: address(hung), shutdownTimeoutMs: 100 });
let peak = await captureAll((index) => void waiting.capture(order(index)), 20_000);
await pause(500);
console.log(
  `hung server, 20,000 captures: ${mostInFlight} requests in flight (budget 2), ${megabytes(peak - idle)} MB over idle (budget 35)`,
);
hung.closeAllConnections();
hung.close();
await waiting.close();

collect();
await pause(200);
idle = process.memoryUsage.rss();
const port = (
  await new Promise<AddressInfo>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const taken = probe.address() as AddressInfo;
      probe.close(() => resolve(taken));
    });
  })
).port;
const down = createNodeClient({ endpoint: `http://127.0.0.1:${port}` });
peak = await captureAll((index) => void down.capture(order(index)), 100_000);
const { pending, dropped } = down.stats();
console.log(
  `server down, 100,000 captures: ${megabytes(peak - idle)} MB over idle (budget 155), ${pending} pending, dropped ${JSON.stringify(dropped)}`,
);

const back = await startAcceptingServer(port);
const startedAt = performance.now();
const result = await down.flush({ timeoutMs: 120_000 });
const seconds = (performance.now() - startedAt) / 1_000;
for (let turn = 0; turn < 10; turn++) {
  collect();
  await pause(300);
}
console.log(
  `server back: ${await back.seen()} arrived in ${seconds.toFixed(1)} s, ${JSON.stringify(result)}; ${megabytes(process.memoryUsage.rss() - idle)} MB over idle afterwards, of which ${megabytes(process.memoryUsage().heapUsed)} MB are in use`,
);
await down.close();
back.stop();

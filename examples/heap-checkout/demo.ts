// `npm run demo`: a shopper in a real browser, a backend, a relay, stand-ins of nine platforms; then what arrived. `--open` leaves it all running,
// `--postgres` keeps the relay's events in a Postgres of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresStore, createSqliteStore, serveRelay } from '@tracklayer/relay';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from '../../tools/chromium.ts';
import { startPostgres } from '../../tools/postgres.ts';
import { readOutcome } from './outcome.ts';
import { putRegistry, startPlatforms } from './platforms.ts';
import { printOutcome, printVerified } from './print-outcome.ts';
import { createPlayground } from './server/playground.ts';
import { startShop } from './server/shop-server.ts';
import { shop } from './shopper.ts';
import { registry } from './tracklayer.ts';
import { verifyAll } from './verify.ts';

const isOpen = process.argv.includes('--open');
const key = 'tlk_demo_only_0123456789';
/** All that the console can do, for whoever leaves it open. */
const scopes = [
  'events:write',
  'events:read',
  'registry:write',
  'destinations:write',
  'audiences:write',
  'people:write',
] as const;
const folder = await mkdtemp(join(tmpdir(), 'tracklayer-demo-'));
const postgres = process.argv.includes('--postgres') ? await startPostgres() : undefined;
const platforms = await startPlatforms();
const store = postgres
  ? await createPostgresStore({ url: postgres.url })
  : createSqliteStore({ path: join(folder, 'relay.db') });
const relay = await serveRelay({
  store,
  keys: [{ environment: 'demo', secret: key, scopes }],
  port: 0,
  ...platforms.relay,
});
// What `tracklayer registry push` does: the relay knows which labels to expect, and counts them.
await putRegistry({ url: relay.url, key }, registry.entries, 0);
const heapEnvId = process.env['HEAP_ENV_ID'];
const playground = isOpen ? await createPlayground({ url: relay.url, key }) : undefined;
const server = await startShop({ relayUrl: relay.url, relayKey: key, heapEnvId, playground });

try {
  const browser = await chromium.launch(chromiumLaunchOptions());
  const { cohort } = await shop(browser, server, { relayUrl: relay.url, platforms: platforms.sandbox });
  await browser.close();
  const outcome = await readOutcome(server, { url: relay.url, key }, { sandbox: platforms.sandbox, cohort });
  printOutcome(outcome, { isOwnHeap: heapEnvId !== undefined });
  const verified = await verifyAll(
    { url: relay.url, key },
    { order_id: server.orders[0]?.order_id ?? '', sandbox: platforms.sandbox },
  );
  printVerified(verified);
  const isVerified =
    verified.good.status === 'good' &&
    verified.broken.every(({ expected, words }) => words.includes(expected));
  if (!isVerified || outcome.checks.some(({ holds }) => !holds)) process.exitCode = 1;

  if (isOpen) {
    // Payment providers deliver at least once, and some seconds later.
    server.heard.on('paid', (order_id: string) => {
      for (const afterMs of [1_500, 4_000]) setTimeout(() => server.paymentWebhook(order_id), afterMs);
    });
    console.log(`
  try it  ${server.url}/playground   (the shop, and beside it what Heap saw, what was promoted, what arrived)
  shop    ${server.url}   (localStorage.tracklayer_debug = '1' shows what becomes of each call of Heap)
  console ${relay.url}/console#key=${key}   (live, trace, report, destinations, audiences)
  relay   ${relay.url}/api/events   (Authorization: Bearer ${key})

Press Ctrl+C to stop.`);
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
  }
} finally {
  await server.close();
  await relay.close();
  await platforms.sandbox.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
}

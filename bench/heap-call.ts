// What a Heap call costs a page more than Heap alone: `node --conditions=@tracklayer/source bench/heap-call.ts`. Medians of
// 15 loads in a headless Chromium, of 40 calls each in a task of its own: a label that is mapped, which is captured and
// stored, and one that is not. `Heap` serialises the properties, as the true library does. `first` is the first call of a page.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { chromiumLaunchOptions } from '../tools/chromium.ts';

const loads = 15;
const client = fileURLToPath(new URL('../packages/browser/src/index.ts', import.meta.url));
const { outputFiles } = await build({
  stdin: {
    contents: `
      import { createBrowserClient, defineRegistry, promoteHeap } from ${JSON.stringify(client)};
      localStorage.clear();
      const sent = [];
      const heap = {
        loaded: true, appid: '1', userId: '4503599627370496', identity: null,
        track(name, properties) { sent.push(JSON.parse(JSON.stringify({ name, properties, at: Date.now() }))); },
        identify() {}, resetIdentity() {}, addUserProperties() {},
      };
      window.heap = heap;
      const turn = () => new Promise((resolve) => setTimeout(resolve));
      const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
      let order = 0;
      async function time(label) {
        const took = [];
        for (let n = 0; n < 40; n++) {
          await turn();
          const begun = performance.now();
          window.heap.track(label, { order_id: 'ord_' + order++, value: 129.95, currency: 'EUR', coupon: 'SPRING' });
          took.push(performance.now() - begun);
        }
        return { first: took[0], call: median(took) };
      }
      window.result = (async () => {
        const bare = await time('Order Completed');
        const registry = defineRegistry(Array.from({ length: 30 }, (_, n) => (
          { source: 'heap', source_event: n ? 'Label ' + n : 'Order Completed', canonical_event: 'purchase', status: 'approved' })));
        const tracklayer = createBrowserClient({ endpoint: '/tl', flushIntervalMs: 60_000, flushAt: 5_000 });
        promoteHeap(tracklayer, { registry });
        const unmapped = await time('Clicked something');
        const mapped = await time('Order Completed');
        return {
          'heap alone': bare.call,
          'unmapped, more': unmapped.call - bare.call,
          'mapped, more': mapped.call - bare.call,
          'first unmapped': unmapped.first,
          'first mapped': mapped.first,
        };
      })();`,
    resolveDir: fileURLToPath(new URL('.', import.meta.url)),
  },
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  conditions: ['@tracklayer/source'],
});
const server = createServer((request, response) => {
  response.setHeader('content-type', request.url === '/app.js' ? 'text/javascript' : 'text/html');
  // A page of its own origin group reads the clock to 5 µs.
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-embedder-policy', 'require-corp');
  response.end(
    request.url === '/app.js' ? outputFiles[0]?.text : '<!doctype html><script src="/app.js"></script>',
  );
});
await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch(chromiumLaunchOptions());
const figures: Record<string, number>[] = [];
for (let load = 0; load < loads; load++) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  figures.push(
    await page.evaluate(() => (window as unknown as { result: Promise<Record<string, number>> }).result),
  );
  await context.close();
}
await browser.close();
server.close();
for (const name of Object.keys(figures[0] ?? {})) {
  const values = figures.map((figure) => figure[name] ?? 0).toSorted((a, b) => a - b);
  const [least = 0, median = 0, most = 0] = [values[0], values[Math.floor(loads / 2)], values.at(-1)];
  console.log(`${name.padEnd(15)} ${median.toFixed(3)} ms (${least.toFixed(3)}–${most.toFixed(3)})`);
}

// What a page pays: `node --conditions=@tracklayer/source bench/page.ts`. Medians of 15 loads in a headless Chromium, of
// the bundle that an app would ship: start of the client; what it puts off to a task of its own, or to its first use, and
// the same touches of cookies, storage and events by hand, in a page of the same script; start of promoteHeap alone; 1,000 stored captures in one task, the
// same stored by hand; a Heap call that is not promoted, bare, with onDrift, and with all that can watch it.
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
      import { countLabels, watchSilence } from ${JSON.stringify(client.replace('index', 'watch'))};
      import { traceHeap } from ${JSON.stringify(client.replace('index', 'trace'))};
      if (location.pathname === '/touches') touch();
      else measure();
      function touch() {
        const t = performance.now();
        document.cookie;
        localStorage.getItem('tl1:v:opt_out');
        Object.keys(localStorage);
        localStorage.setItem('tl1:v:anonymous_id', 'anon');
        document.cookie = 'tl_aid=anon; Max-Age=34560000; Path=/; SameSite=Lax';
        crypto.getRandomValues(new Uint8Array(16));
        for (const name of ['pagehide', 'pageshow', 'online', 'storage']) addEventListener(name, () => {});
        document.addEventListener('visibilitychange', () => {});
        window.result = { touches: performance.now() - t };
      }
      function measure() {
      window.heap = { track() {}, identify() {}, resetIdentity() {} };
      const bare = window.heap.track;
      const t0 = performance.now();
      const tracklayer = createBrowserClient({ endpoint: '/tl', flushIntervalMs: 60_000, flushAt: 5_000, maxQueueBytes: 2_000_000 });
      const start = performance.now() - t0;
      const tu = performance.now();
      tracklayer.anonymousId();
      const use = performance.now() - tu;
      const th = performance.now();
      const registry = defineRegistry(Array.from({ length: 30 }, (_, n) => (
        { source: 'heap', source_event: n ? 'Label ' + n : 'Order Completed', canonical_event: 'purchase', status: 'approved' })));
      const promotion = promoteHeap(tracklayer, { registry });
      const hook = performance.now() - th;
      const t1 = performance.now();
      for (let index = 0; index < 1_000; index++) {
        tracklayer.capture({ event: 'purchase', user_id: 'cust_2048',
          properties: { order_id: 'ord_' + index, value: 129.95, currency: 'EUR' } });
      }
      const captures = performance.now() - t1;
      function timeCalls() {
        const t2 = performance.now();
        for (let index = 0; index < 10_000; index++) window.heap.track('Clicked something', { index });
        return (performance.now() - t2) / 10_000;
      }
      const call = timeCalls();
      promotion.stop();
      const onDrift = () => {};
      const drifting = promoteHeap(tracklayer, { registry, onDrift });
      const withDrift = timeCalls();
      drifting.stop();
      promoteHeap(tracklayer, { registry, onDrift, trace: traceHeap({ enabled: true }),
        watch: [watchSilence(tracklayer, { registry, silentAfterDays: 7, onDrift }), countLabels(tracklayer, { registry })] });
      const withAll = timeCalls();
      localStorage.clear();
      const t3 = performance.now();
      for (let index = 0; index < 1_000; index++) {
        localStorage.setItem('hand:' + index, JSON.stringify({ event: 'purchase', event_id: 'ord_' + index + '_purchase', user_id: 'cust_2048',
          properties: { order_id: 'ord_' + index, value: 129.95, currency: 'EUR' }, occurred_at: new Date().toISOString(),
          context: { page: { url: location.href, title: document.title }, locale: navigator.language } }));
      }
      const byHand = performance.now() - t3;
      window.result = { start, use, hook, captures, byHand, call, withDrift, withAll };
      }`,
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
  response.end(
    request.url === '/app.js' ? outputFiles[0]?.text : '<!doctype html><script src="/app.js"></script>',
  );
});
await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch(chromiumLaunchOptions());
const figures: Record<string, number>[] = [];
for (let load = 0; load < loads; load++) {
  const found: Record<string, number> = {};
  for (const name of ['client', 'touches']) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`);
    const figure = () => (window as unknown as { result: Record<string, number> }).result;
    Object.assign(found, await page.evaluate(figure));
    await context.close();
  }
  figures.push(found);
}
await browser.close();
server.close();
for (const name of [
  'start',
  'use',
  'touches',
  'hook',
  'captures',
  'byHand',
  'call',
  'withDrift',
  'withAll',
]) {
  const values = figures.map((figure) => figure[name] ?? 0).toSorted((a, b) => a - b);
  const [least = 0, median = 0, most = 0] = [values[0], values[Math.floor(loads / 2)], values.at(-1)];
  console.log(`${name.padEnd(10)} ${median.toFixed(3)} ms (${least.toFixed(3)}–${most.toFixed(3)})`);
}

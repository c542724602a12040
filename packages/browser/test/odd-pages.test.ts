import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumLaunchOptions } from '../../../tools/chromium.ts';

// Pages without an address, a storage or an origin of their own: nothing is thrown into them, and what can work works.
const root = join(import.meta.dirname, '../../..');
const code = `
  import { createBrowserClient, defineRegistry, promoteHeap } from './packages/browser/src/index.ts';
  import { autocapture } from './packages/browser/src/autocapture.ts';
  window.errors = [];
  addEventListener('error', ({ message }) => window.errors.push('thrown: ' + message));
  addEventListener('unhandledrejection', ({ reason }) => window.errors.push('rejected: ' + reason));
  window.tracklayer = createBrowserClient({ endpoint: '/tl', flushIntervalMs: 1,
    onError: ({ code, message }) => window.errors.push(code), onDrop: ({ reason }) => window.errors.push('drop ' + reason) });
  const registry = defineRegistry([{ source: 'heap', source_event: 'Signed In', canonical_event: 'login', status: 'approved' }]);
  window.heap = { loaded: true, userId: '1', identity: null, track() {}, identify() {}, resetIdentity() {} };
  window.promotion = promoteHeap(window.tracklayer, { registry });
  autocapture(window.tracklayer, { registry });
  window.tracklayer.identify({ user_id: 'cust_1' });
  heap.track('Signed In');
  window.tracklayer.reset();
  window.tracklayer.setConsent({ analytics: 'granted' });`;

let browser: Browser;
let script: string;
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'iife',
    conditions: ['@tracklayer/source'],
    write: false,
  });
  script = outputFiles[0]?.text ?? '';
  browser = await chromium.launch(chromiumLaunchOptions());
});
afterAll(() => browser.close());

interface Seen {
  errors: string[];
  seen: number;
  requests: string[];
}

/** Runs the page's script where `html` puts it, and waits until nothing is under way. */
async function run(address: string, html?: string): Promise<Seen> {
  const page = await browser.newPage();
  const requests: string[] = [];
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url.includes('/tl/api/')) {
      requests.push(new URL(url).pathname);
      const { batch, event_id } = route.request().postDataJSON() as {
        batch?: { event_id: string }[];
        event_id: string;
      };
      const results = (batch ?? [{ event_id }]).map((one) => ({
        event_id: one.event_id,
        status: 'accepted',
      }));
      await route.fulfill({
        headers: { 'access-control-allow-origin': '*', 'access-control-allow-headers': '*' },
        json: batch ? { results } : results[0],
      });
    } else await route.fulfill({ contentType: 'text/html', body: html ?? '<title>shop</title>' });
  });
  await page.goto(address);
  const frame = page.frames().at(-1)!;
  await frame.evaluate(script);
  await frame.evaluate(() =>
    (window as unknown as { tracklayer: { flush(): Promise<void> } }).tracklayer.flush(),
  );
  const state = await frame.evaluate(() => {
    const { errors, promotion } = window as unknown as {
      errors: string[];
      promotion: { stats(): { seen: number } };
    };
    return { errors, seen: promotion.stats().seen };
  });
  await page.close();
  return { ...state, requests: requests.toSorted() };
}
const both = ['/tl/api/capture', '/tl/api/identify'];

test('P-4 a sandboxed frame has an opaque origin: events go from memory, and the storage is reported', async () => {
  const sandboxed = '<iframe sandbox="allow-scripts" srcdoc="<title>frame</title>"></iframe>';
  const { errors, seen, requests } = await run('https://shop.example', sandboxed);
  expect(errors).toEqual(['storage']);
  expect(seen).toBe(1);
  expect(requests).toEqual(both);
});

test('P-4 about:blank has no address to post to: the client says that nobody answers, and keeps what it has', async () => {
  const { errors, seen } = await run('about:blank');
  expect(errors.filter((error) => !/^(storage|unreachable)$/.test(error))).toEqual([]);
  expect(seen).toBe(1);
});

test('P-4 a frame at about:blank belongs to its page', async () => {
  const { errors, requests } = await run('https://shop.example', '<iframe></iframe>');
  expect(errors).toEqual([]);
  expect(requests).toEqual(both);
});

test('P-4 a page with a <base> of another host posts to its own', async () => {
  const { errors, requests } = await run('https://shop.example', '<base href="https://cdn.example/">');
  expect(errors).toEqual([]);
  expect(requests).toEqual(both);
});

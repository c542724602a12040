import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumLaunchOptions } from '../../../tools/chromium.ts';
import { classicSnippet, sdk5Snippet } from './browser/heap/heap-snippets.ts';

// The fake Heap is ours; this holds the hook against the true library. No copy of it is ever committed.
const folder = process.env['HEAP_LIBRARY_DIR'] ?? '';
const libraries = existsSync(folder)
  ? readdirSync(folder).filter((name) => /^(sdk5|classic).*\.js$/.test(name))
  : [];
const moments = ['before snippet', 'before load', 'after load'] as const;
type Moment = (typeof moments)[number] | 'never';
const origin = 'https://shop.example';
const cdn = `${origin}/heap-library.js`;

if (libraries.length === 0) {
  console.log(
    'The contract with the true Heap library did NOT run: HEAP_LIBRARY_DIR names no folder with sdk5*.js or classic*.js.',
  );
}

/** Runs in the page: the hook from the sources, and what the client was told. */
const pageCode = `
  import { defineRegistry, promoteHeap } from './packages/browser/src/index.ts';
  const registry = defineRegistry([{ source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase',
    status: 'approved' }]);
  window.said = [];
  window.contexts = [];
  const receipt = { event_id: 'id', settled: async () => ({ status: 'delivered' }) };
  let known;
  window.install = () => { window.promotion = promoteHeap({
    capture: ({ properties, context }) => {
      window.said.push(properties.order_id + ' ' + known);
      window.contexts.push(context?.heap?.user_id);
      return receipt;
    },
    identify: ({ user_id, traits }) => {
      known = user_id ?? known;
      window.said.push(user_id ?? JSON.stringify(traits));
      return receipt;
    },
    reset: () => { known = undefined; window.said.push('reset'); },
    userId: () => known, anonymousId: () => 'anon_1', isAllowed: () => true, consent: () => 'open',
    onConsent: () => () => {},
  }, { registry, traits: { plan: 'plan' } }); };
  window.place = (order_id) => heap.track('Order Completed', { order_id, value: 1, currency: 'EUR' });`;

let browser: Browser;
let script = '';
beforeAll(async () => {
  if (libraries.length === 0) return;
  const { outputFiles } = await build({
    stdin: { contents: pageCode, resolveDir: join(import.meta.dirname, '../../..'), loader: 'ts' },
    bundle: true,
    format: 'iife',
    conditions: ['@tracklayer/source'],
    write: false,
  });
  script = outputFiles[0]?.text ?? '';
  browser = await chromium.launch(chromiumLaunchOptions());
});
afterAll(() => browser?.close());

interface Visit {
  page: Page;
  run(code: string): Promise<unknown>;
  /** The library arrives, and is ready. */
  arrive(): Promise<void>;
  errors: string[];
  /** What left for Heap, without ids and times. */
  requests: string[];
}

async function visit(library: string): Promise<Visit> {
  const isSdk5 = library.startsWith('sdk5');
  // heap_config.js hands the configuration over, then the library comes.
  const code = `${isSdk5 ? "heap.init('2048', {}, {});" : ''}\n${readFileSync(join(folder, library), 'utf8')}`;
  const page = await browser.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  let arrives = (): void => {};
  const arrival = new Promise<void>((resolve) => (arrives = resolve));
  page.on('pageerror', ({ message }) => void errors.push(message));
  // Nothing reaches the network.
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (url.href === cdn) {
      await arrival;
      return route.fulfill({ contentType: 'text/javascript', body: code });
    }
    if (url.origin !== origin) requests.push(`${route.request().method()} ${url.host}${url.pathname}`);
    return route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><title>shop</title><script></script>',
    });
  });
  await page.goto(origin);
  await page.evaluate(script);
  const run = (text: string): Promise<unknown> => page.evaluate(text);
  return {
    page,
    run,
    errors,
    requests,
    async arrive() {
      arrives();
      await page.waitForFunction(`heap.loaded && (heap.userId || (heap.getUserId && heap.getUserId()))`);
    },
  };
}

const snippetOf = (library: string): string =>
  `${library.startsWith('sdk5') ? sdk5Snippet(cdn) : classicSnippet(cdn)} heap.load('2048');`;

/** A visit of two persons, with the hook installed at that moment. */
async function shop(library: string, when: Moment): Promise<Visit> {
  const visited = await visit(library);
  const { run, arrive } = visited;
  if (when === 'before snippet') await run('install()');
  await run(snippetOf(library));
  await run(
    `place('ord_1'); heap.identify('cust_1'); heap.addUserProperties({ plan: 'team' }); place('ord_2');`,
  );
  if (when === 'before load') await run('install()');
  await arrive();
  if (when === 'after load') await run('install()');
  await run(`place('ord_3'); heap.identify('cust_1'); heap.addUserProperties({ plan: 'solo' });`);
  await run(`heap.resetIdentity(); place('ord_4'); heap.identify('cust_2'); place('ord_5');`);
  return visited;
}

const early = ['ord_1 undefined', 'cust_1', '{"plan":"team"}', 'ord_2 cust_1'];
const late = ['ord_3 cust_1', '{"plan":"solo"}', 'reset', 'ord_4 undefined', 'cust_2', 'ord_5 cust_2'];

describe.runIf(libraries.length > 0).each(libraries)('P-3 the true library %s', (library) => {
  test.each(moments)('two persons and their orders count once each, installed %s', async (when) => {
    const { page, run, errors } = await shop(library, when);
    // After the load, the person is the one whom Heap knows already.
    expect(await run('said')).toEqual(when === 'after load' ? ['cust_1', ...late] : [...early, ...late]);
    const users = (await run('contexts')) as string[];
    expect(users.at(-1)).toMatch(/^\d{10,16}$/);
    expect(new Set(users.slice(-3)).size, 'each person is another user of Heap').toBeGreaterThan(1);
    await run(`promotion.stop(); place('ord_6'); heap.identify('cust_3');`);
    expect(await run('said.length')).toBe(late.length + (when === 'after load' ? 1 : early.length));
    expect(await run(`Object.getOwnPropertyDescriptor(heap, 'track').get`)).toBeUndefined();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('a returning visitor is known when the library is ready', async () => {
    const { page, run, arrive } = await visit(library);
    await run(snippetOf(library));
    await run(`heap.identify('cust_1');`);
    await arrive();
    await page.waitForFunction(`(heap.getIdentity ? heap.getIdentity() : heap.identity) === 'cust_1'`);
    await page.goto(`${origin}/next`);
    await page.evaluate(script);
    await run('install()');
    await run(snippetOf(library));
    await page.waitForFunction(`said.length > 0`);
    expect(await run('[said, promotion.stats().adopted]')).toEqual([['cust_1'], 1]);
    await page.close();
  });

  test('labelling counts nothing', async () => {
    const { page, run, arrive } = await visit(library);
    await run('install()');
    await run(snippetOf(library));
    await arrive();
    await run(`heap.appid = '3407116132'; window.heapV = {}; place('ord_1');`);
    expect(await run('said')).toEqual([]);
    await page.close();
  });

  test.each(moments)('P-4 Heap sends what it sends without us, installed %s', async (when) => {
    const sent: string[][] = [];
    for (const moment of [when, 'never'] as const) {
      const { page, requests } = await shop(library, moment);
      // What waits inside Heap goes with the page.
      await page.goto('about:blank');
      sent.push([...new Set(requests)].toSorted());
      await page.close();
    }
    expect(sent[0]).toEqual(sent[1]);
  });
});

test.runIf(libraries.length === 0)('the contract with the true library says that it did not run', () => {
  expect(libraries).toEqual([]);
});

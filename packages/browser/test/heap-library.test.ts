import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { describe, expect, test } from 'vitest';
import { chromiumLaunchOptions } from '../../../tools/chromium.ts';

// The fake Heap is ours; this holds the hook against the true library. No copy of it is ever committed.
const folder = process.env['HEAP_LIBRARY_DIR'] ?? '';
const libraries = existsSync(folder)
  ? readdirSync(folder).filter((name) => /^(sdk5|classic).*\.js$/.test(name))
  : [];
const moments = ['before snippet', 'before load', 'after load'] as const;
const origin = 'https://shop.example';

if (libraries.length === 0) {
  console.log(
    'The contract with the true Heap library did NOT run: HEAP_LIBRARY_DIR names no folder with sdk5*.js or classic*.js.',
  );
}

/** Runs in the page: the snippets' stubs by our fake, the hook from the sources, and what the client was told. */
const pageCode = `
  import { installFakeHeap } from './packages/testing/src/fake-heap/index.ts';
  import { defineRegistry, promoteHeap } from './packages/browser/src/index.ts';
  const registry = defineRegistry([{ source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase',
    status: 'approved' }]);
  window.said = [];
  const receipt = { event_id: 'id', settled: async () => ({ status: 'delivered' }) };
  window.install = () => promoteHeap({
    capture: ({ properties }) => (window.said.push(properties.order_id), receipt),
    identify: ({ user_id }) => (window.said.push(user_id), receipt),
  }, { registry });
  window.place = (order_id) => heap.track('Order Completed', { order_id, value: 1, currency: 'EUR' });
  window.snippet = (generation) => {
    installFakeHeap({ generation });
    if (generation === 'sdk5') heap.init('2048', {}, {});
  };`;

async function bundled(): Promise<string> {
  const root = join(import.meta.dirname, '../../..');
  const { outputFiles } = await build({
    stdin: { contents: pageCode, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'iife',
    conditions: ['@tracklayer/source'],
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

describe.runIf(libraries.length > 0).each(libraries)('P-3 the true library %s', (library) => {
  test.each(moments)(
    'each call counts once, installed %s',
    async (when) => {
      const browser = await chromium.launch(chromiumLaunchOptions());
      try {
        const page = await browser.newPage();
        // Nothing reaches the network.
        await page.route('**/*', (route) =>
          route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>shop</title>' }),
        );
        await page.goto(origin);
        await page.addScriptTag({ content: await bundled() });
        const run = (code: string): Promise<unknown> => page.evaluate(code);
        const load = (): Promise<unknown> =>
          page.addScriptTag({ content: readFileSync(join(folder, library), 'utf8') });
        if (when === 'before snippet') await run('void install()');
        await run(`snippet('${library.startsWith('sdk5') ? 'sdk5' : 'classic'}')`);
        await run(`place('ord_1'), heap.identify('cust_1'), void 0`);
        if (when === 'before load') await run('void install()');
        await load();
        expect(await run('Array.isArray(heap)'), 'the library took over').toBe(false);
        if (when === 'after load') await run('void install()');
        await run(`place('ord_2'), heap.identify('cust_1'), heap.identify('cust_2'), void 0`);
        const early = when === 'after load' ? [] : ['ord_1', 'cust_1'];
        const late = when === 'after load' ? ['ord_2', 'cust_1', 'cust_2'] : ['ord_2', 'cust_2'];
        expect(await run('said')).toEqual([...early, ...late]);
      } finally {
        await browser.close();
      }
    },
    60_000,
  );
});

test.runIf(libraries.length === 0)('the contract with the true library says that it did not run', () => {
  expect(libraries).toEqual([]);
});

import { describe, expect, onTestFinished, test } from 'vitest';
import { defineRegistry, type CaptureInput, type IdentifyInput } from '../../../src/index.ts';
import { promoteHeap } from '../../../src/heap/promotion/promote-heap.ts';
import {
  installFakeHeap,
  type FakeHeap,
  type FakeHeapOptions,
} from '../../../../testing/src/fake-heap/index.ts';
import { classicSnippet, sdk5Snippet } from './heap-snippets.ts';

// How Heap is really installed, recipe by recipe of docs/heap.md: each a page of its own, parsed by the browser.

const registry = defineRegistry([
  {
    source: 'heap',
    source_event: 'Order Completed',
    canonical_event: 'purchase',
    status: 'approved',
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  },
]);
// The library is a script like any other: it comes when the browser has time for it.
const library = 'data:text/javascript,parent.shop.arrive()';
const snippets = { sdk5: sdk5Snippet(library), classic: classicSnippet(library) };
const load = `heap.load('2048');`;
const promote = '<script nonce="n">parent.shop.promote(window)</script>';
const script = (code: string): string => `<script nonce="n">${code}</script>`;
const buy = (id: string): string =>
  `heap.track('Order Completed', { orderId: '${id}', total: 129.95, currency: 'EUR' });`;

interface Shop {
  /** What the client was told, in order. */
  said: string[];
  /** Orders that reached Heap. */
  orders(): unknown[];
  page: Window & { eval(code: string): unknown };
  errors: unknown[];
}

/** Opens a page, and waits until its Heap is ready. */
async function open(html: string, options: FakeHeapOptions, isCalm = true): Promise<Shop> {
  const said: string[] = [];
  const errors: unknown[] = [];
  const receipt = { event_id: 'id', settled: async () => ({ status: 'delivered' as const }) };
  let user_id: string | undefined;
  let heap: FakeHeap | undefined;
  let stop = (): void => {};
  const frame = document.createElement('iframe');
  const page = (): Shop['page'] => frame.contentWindow as never;
  const arrived = new Promise<void>((resolve) => {
    (window as { shop?: object }).shop = {
      promote(host: Window) {
        host.addEventListener('error', ({ error }) => void errors.push(error));
        host.document.addEventListener(
          'securitypolicyviolation',
          ({ blockedURI }) => void errors.push(blockedURI),
        );
        ({ stop } = promoteHeap(
          {
            capture({ properties }: CaptureInput) {
              said.push((properties as { order_id: string }).order_id);
              return receipt;
            },
            identify(input: IdentifyInput) {
              user_id = input.user_id ?? user_id;
              said.push(`identify ${String(input.user_id)}`);
              return receipt;
            },
            reset: () => (user_id = undefined),
            userId: () => user_id,
            anonymousId: () => 'anon_1',
            consent: () => 'open' as const,
            isAllowed: () => true,
            onConsent: () => () => {},
          },
          { registry, window: host },
        ));
      },
      arrive() {
        // A second script is Heap's own affair.
        heap ??= installFakeHeap({ ...options, window: page(), snippet: false });
        void heap.load().then(resolve);
      },
    };
  });
  onTestFinished(() => {
    stop();
    heap?.uninstall();
    frame.remove();
  });
  frame.srcdoc = `<!doctype html><html><head>${html}</head><body></body></html>`;
  const parsed = new Promise((resolve) => frame.addEventListener('load', resolve));
  document.body.append(frame);
  await parsed;
  if (isCalm) await arrived;
  return {
    said,
    errors,
    page: page(),
    orders: () =>
      heap!.calls
        .filter(({ method }) => method === 'track')
        .map(({ args }) => (args[1] as { orderId: string }).orderId),
  };
}

const both = ['ord_1', 'ord_2', 'ord_3'];

describe.each(['sdk5', 'classic'] as const)('P-10 a page with %s', (generation) => {
  const options: FakeHeapOptions = { generation };
  const snippet = snippets[generation];

  test.each(['first', 'after the snippet'])('by its snippet, promoteHeap %s', async (place) => {
    const before = place === 'first' ? promote : '';
    const after = place === 'first' ? '' : promote;
    const shop = await open(
      `${before}${script(snippet + load)}${after}${script(buy('ord_1'))}<script type="module">${buy('ord_2')}</script>`,
      options,
    );
    shop.page.eval(buy('ord_3'));
    expect(shop.said).toEqual(both);
    expect(shop.orders()).toEqual(both);
    expect(shop.errors).toEqual([]);
  });

  test('by a tag manager, which puts the snippet in some time later', async () => {
    const shop = await open(
      `${promote}${script(`setTimeout(function () {
        var tag = document.createElement('script');
        tag.text = ${JSON.stringify(snippet + load + buy('ord_1'))};
        document.head.appendChild(tag);
        ${buy('ord_2')}
      }, 0);`)}`,
      options,
    );
    shop.page.eval(buy('ord_3'));
    expect(shop.said).toEqual(both);
    expect(shop.orders()).toEqual(both);
  });

  test('by a React package, whose effect runs twice under StrictMode', async () => {
    const effect = `(function () { ${snippet} ${load} })();`;
    const shop = await open(
      `${promote}${script(`queueMicrotask(function () {
      ${effect} ${buy('ord_1')} ${effect} ${buy('ord_2')}
    });`)}`,
      options,
    );
    shop.page.eval(`heap.identify('cust_1'); ${buy('ord_3')}`);
    expect(shop.said).toEqual(['ord_1', 'ord_2', 'identify cust_1', 'ord_3']);
    expect(shop.orders()).toEqual(both);
  });

  test('by next/script: after hydration, and once more after a route change', async () => {
    const insert = `(function () {
      var tag = document.createElement('script');
      tag.innerHTML = ${JSON.stringify(snippet + load)};
      document.body.appendChild(tag);
    })();`;
    const shop = await open(
      `${promote}${script(`addEventListener('DOMContentLoaded', function () {
      ${insert} ${buy('ord_1')}
    });`)}`,
      options,
    );
    shop.page.eval(buy('ord_2'));
    shop.page.eval(insert);
    await new Promise((resolve) => setTimeout(resolve));
    shop.page.eval(buy('ord_3'));
    expect(shop.said).toEqual(both);
    expect(shop.orders()).toEqual(both);
  });

  test('by a consent tool that unblocks type=text/plain', async () => {
    const shop = await open(
      `${promote}<script type="text/plain" data-category="statistics">${snippet}${load}${buy('ord_1')}</script>`,
      options,
      false,
    );
    expect(shop.page.eval(`'heap' in window`)).toBe(false);
    shop.page.eval(`(function () {
      var blocked = document.querySelector('script[type="text/plain"]');
      var tag = document.createElement('script');
      tag.text = blocked.text;
      blocked.replaceWith(tag);
    })();`);
    shop.page.eval(buy('ord_2'));
    await expect.poll(() => shop.page.eval('heap.loaded'), { timeout: 10_000 }).toBe(true);
    shop.page.eval(buy('ord_3'));
    expect(shop.said).toEqual(both);
  });

  test('under a strict content security policy', async () => {
    const shop = await open(
      `<meta http-equiv="content-security-policy" content="script-src 'nonce-n' 'strict-dynamic' data:; object-src 'none'; base-uri 'none'">
      ${promote}${script(snippet + load)}${script(buy('ord_1') + buy('ord_2'))}
      ${script(`window.late = function () { ${buy('ord_3')} };`)}`,
      options,
    );
    (shop.page as unknown as { late(): void }).late();
    expect(shop.said).toEqual(both);
    expect(shop.orders()).toEqual(both);
    expect(shop.errors).toEqual([]);
  });

  test('with heap.load() that comes with consent', async () => {
    const shop = await open(`${promote}${script(snippet)}`, options, false);
    shop.page.eval(load + buy('ord_1'));
    await Promise.resolve();
    shop.page.eval(buy('ord_2'));
    await expect.poll(() => shop.page.eval('heap.loaded'), { timeout: 10_000 }).toBe(true);
    shop.page.eval(buy('ord_3'));
    expect(shop.said).toEqual(both);
    expect(shop.orders()).toEqual(both);
  });
});

describe('P-10 a page with Segment', () => {
  // What both destinations do with the calls that they are handed.
  const destination = `window.segment = {
    track: function (name, properties) { window.heap.track(name, properties, { name: 'segment' }); },
    identify: function (id) { window.heap.identify(id); },
  };`;
  const order = (id: string): string =>
    `segment.track('Order Completed', { orderId: '${id}', total: 129.95, currency: 'EUR' });`;

  test.each([
    [
      '“Heap Web (Actions)”, on a plain object',
      sdk5Snippet(library, '{}'),
      { generation: 'sdk5', container: 'object' },
    ],
    ['the classic destination, on an array', snippets.classic, { generation: 'classic' }],
  ] as const)('%s', async (_, snippet, options) => {
    const shop = await open(
      `${promote}${script(`setTimeout(function () {
        ${snippet} ${load} ${destination}
        segment.identify('cust_1');
        ${order('ord_1')} ${order('ord_2')}
      }, 0);`)}`,
      options,
    );
    shop.page.eval(`segment.identify('cust_1'); ${order('ord_3')}`);
    expect(shop.said).toEqual(['identify cust_1', ...both]);
    expect(shop.orders()).toEqual(both);
  });
});

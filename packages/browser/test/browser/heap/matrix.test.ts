import { expect, onTestFinished, test } from 'vitest';
import { commands } from 'vitest/browser';
import { defineRegistry, type CaptureInput } from '../../../src/index.ts';
import { promoteHeap } from '../../../src/heap/promotion/promote-heap.ts';
import { installFakeHeap, type FakeHeapOptions } from '../../../../testing/src/fake-heap/index.ts';
import { generations, type PageHeap } from './heap-page.ts';

// The table of docs/heap.md: what a page may do, by generation and by the moment at which promoteHeap comes.

const moments = ['before the snippet', 'before the library', 'after it'] as const;
const registry = defineRegistry([
  {
    source: 'heap',
    source_event: 'Order Completed',
    canonical_event: 'purchase',
    status: 'approved',
    properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
  },
]);

interface Stage {
  page: Window;
  /** Buys through this function, or through the page's `heap.track`. */
  buy(track?: PageHeap[string]): void;
  heap: { snippet(): void; label(): void };
}

interface Pattern {
  name: string;
  of?: 'sdk5' | 'classic';
  options?: Partial<FakeHeapOptions>;
  /** After the snippet; what it returns is done after the load, before promoteHeap if that comes then. */
  early?(stage: Stage): void | (() => void);
  /** After all of it. */
  late?(stage: Stage): void;
}

const patterns: Pattern[] = [
  { name: 'calls of `heap.track`, early and late', early: ({ buy }) => buy(), late: ({ buy }) => buy() },
  {
    name: 'a wrapper of the page round `heap.track`',
    early({ page, buy }) {
      const { track } = page.heap;
      page.heap['track'] = (...args) => track!(...args);
      buy();
    },
    late({ page, buy }) {
      const { track } = page.heap;
      page.heap['track'] = (...args) => track!(...args);
      buy();
    },
  },
  {
    name: 'a wrapper of the page that makes calls of its own',
    late({ page, buy }) {
      const { track } = page.heap;
      page.heap['track'] = (...args) => {
        page.heap['track'] = track!;
        buy();
        return track!(...args);
      };
      buy();
    },
  },
  {
    name: 'a `Proxy` round Heap, or a copy of it',
    late({ page, buy }) {
      const library = page.heap;
      page.heap = new Proxy(library, { get: (target, name) => Reflect.get(target, name) });
      buy();
      page.heap = { ...library };
      buy();
    },
  },
  {
    name: '`const { track } = heap` of the stub, called late',
    early({ page, buy }) {
      const { track } = page.heap;
      return () => (late = () => buy(track));
    },
    late: () => late(),
  },
  {
    name: '`const { track } = heap` of the library',
    early:
      ({ page, buy }) =>
      () => {
        const { track } = page.heap;
        late = () => buy(track);
      },
    late: () => late(),
  },
  {
    name: 'the snippet run again after the load',
    early: ({ buy }) => buy(),
    late({ heap, buy }) {
      heap.snippet();
      buy();
    },
  },
  {
    name: 'stubs on a plain object (Segment’s “Heap Web (Actions)”)',
    of: 'sdk5',
    options: { container: 'object' },
    early: ({ buy }) => buy(),
    late: ({ buy }) => buy(),
  },
  {
    name: 'calls inside `config.rewrite`',
    of: 'classic',
    late({ page, buy }) {
      const config = page.heap['config'] as unknown as { rewrite?: (said: object) => object };
      config.rewrite = (said) => {
        delete config.rewrite;
        buy();
        return said;
      };
      buy();
    },
  },
  {
    name: 'calls inside `onReady`, `getUserId` and transformers',
    of: 'sdk5',
    early({ page, buy }) {
      page.heap['onReady']!(() => buy());
    },
    late({ page, buy }) {
      page.heap['getUserId']!(() => buy());
      page.heap['onReady']!(() => buy());
    },
  },
  {
    name: '`var heap` before all scripts',
    early: ({ buy }) => buy(),
    late: ({ buy }) => buy(),
  },
  {
    name: 'Heap frozen by the page',
    late({ page, buy }) {
      page.heap = Object.freeze({ ...page.heap });
      buy();
    },
  },
  {
    name: 'visual labelling',
    late({ heap, buy }) {
      heap.label();
      buy();
    },
  },
];
let late = (): void => {};

function pageOfItsOwn(): Window & { eval(code: string): unknown } {
  const frame = document.body.appendChild(document.createElement('iframe'));
  onTestFinished(() => frame.remove());
  return frame.contentWindow as never;
}

async function resultOf(pattern: Pattern, options: FakeHeapOptions, moment: string): Promise<string> {
  const page = pageOfItsOwn();
  if (pattern.name.startsWith('`var heap`')) page.eval('var heap');
  const called: string[] = [];
  const heard: string[] = [];
  let before = 0;
  let isPromoting = false;
  let stop = (): void => {};
  const promote = (): void => {
    isPromoting = true;
    before = called.length;
    ({ stop } = promoteHeap(
      {
        capture({ properties }: CaptureInput) {
          heard.push((properties as { order_id: string }).order_id);
          return { event_id: 'id', settled: async () => ({ status: 'delivered' as const }) };
        },
        identify: () => expect.fail('nobody is named'),
        reset() {},
        userId: () => undefined,
        anonymousId: () => 'anon_1',
        consent: () => 'open' as const,
        isAllowed: () => true,
        onConsent: () => () => {},
      },
      { registry, window: page },
    ));
  };
  if (moment === moments[0]) promote();
  const heap = installFakeHeap({ ...options, ...pattern.options, window: page });
  const buy = (track?: PageHeap[string]): void => {
    const id = `ord_${called.length + 1}`;
    called.push(id);
    const order = { orderId: id, total: 1, currency: 'EUR' };
    try {
      if (track) track('Order Completed', order);
      else page.heap['track']!('Order Completed', order);
    } catch {
      // What Heap's own stub throws.
    }
  };
  const stage: Stage = { page, buy, heap };
  await Promise.resolve();
  const then = pattern.early?.(stage);
  if (moment === moments[1]) promote();
  await heap.load();
  then?.();
  if (moment === moments[2]) promote();
  expect(isPromoting).toBe(true);
  pattern.late?.(stage);
  stop();
  heap.uninstall();
  const [all, since] = [called, called.slice(before)].map((ids) => ids.toSorted().join());
  const said = heard.toSorted().join();
  if (said === all) return 'each once';
  if (said === '') return 'not seen';
  return said === since ? 'from then on' : `wrong: ${said} of ${all}`;
}

test('P-10 the table of docs/heap.md says what each pattern comes to', async () => {
  const shown = generations.map(({ name }) => name);
  const rows: string[] = [];
  for (const pattern of patterns) {
    for (const [place, options] of generations.entries()) {
      if (pattern.of && pattern.of !== options.generation) continue;
      const cells: string[] = [];
      for (const moment of moments) cells.push(await resultOf(pattern, options, moment));
      rows.push(`| ${pattern.name} | ${shown[place]} | ${cells.join(' | ')} |`);
    }
  }
  // One row for generations that do the same.
  const merged = new Map<string, string[]>();
  for (const row of rows) {
    const [, first = '', second = '', ...rest] = row.split('|').map((cell) => cell.trim());
    const key = [first, ...rest.slice(0, 3)].join('|');
    merged.set(key, [...(merged.get(key) ?? []), second]);
  }
  const table = [
    `| The page | Heap | ${moments.map((moment) => `promoteHeap ${moment}`).join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...Array.from(merged, ([key, heaps]) => {
      const [name, ...cells] = key.split('|');
      return `| ${name} | ${heaps.length === shown.length ? 'all' : heaps.join(', ')} | ${cells.join(' | ')} |`;
    }),
  ].join('\n');
  expect(table).not.toContain('wrong');
  const docs = await commands.readFile('docs/heap.md');
  const [, written = ''] = /<!-- patterns -->([^]*?)<!-- \/patterns -->/.exec(docs) ?? [];
  // The formatter pads tables.
  const plain = (text: string): string => text.trim().replaceAll(/[ -]+/g, ' ');
  expect(plain(written)).toBe(plain(table));
});

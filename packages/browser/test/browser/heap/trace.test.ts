import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { defineRegistry, type BrowserClientOptions } from '../../../src/index.ts';
import { promoteHeap } from '../../../src/heap/promotion/promote-heap.ts';
import { traceHeap, type HeapTrace, type TraceOptions } from '../../../src/trace.ts';
import { installFakeHeap } from '../../../../testing/src/fake-heap/index.ts';
import { clearPage, openClient } from '../page.ts';
import { installPageRelay } from '../page-relay.ts';

beforeEach(clearPage);

const registry = defineRegistry([
  { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
  { source: 'heap', source_event: 'Signed Up', canonical_event: 'sign_up', status: 'draft' },
  {
    source: 'heap',
    source_event: 'Logged In',
    canonical_event: 'login',
    status: 'approved',
    when: { path: 'first', equals: true },
  },
]);
const order = { order_id: 'ord_1', value: 129.95, currency: 'EUR' };

async function begin(
  options?: TraceOptions,
  client: Partial<BrowserClientOptions> = {},
): Promise<HeapTrace & { flush(): unknown }> {
  installPageRelay();
  const tracklayer = openClient(client);
  const heap = installFakeHeap({ generation: 'sdk5' });
  const trace = traceHeap(options);
  const { stop, trace: calls } = promoteHeap(tracklayer, { registry, trace });
  await heap.load();
  onTestFinished(() => {
    trace.stop();
    stop();
    heap.uninstall();
  });
  return { ...trace, calls, flush: tracklayer.flush };
}

test('says of each call why it became a conversion or did not', async () => {
  const { calls, flush } = await begin({ enabled: true });
  const { track } = window.heap;
  track!('Searched');
  track!('Signed Up');
  track!('Order Completed', { order_id: 'ord_1' });
  track!('Logged In', { first: false });
  track!('Order Completed', order);
  track!('Order Completed', { ...order, value: 'a lot' });
  track!();
  expect(calls().map(({ status }) => status)).toEqual([
    'unmapped',
    'draft',
    'missing',
    'unmet',
    'promoted',
    'refused',
    'unmapped',
  ]);
  expect(calls()[0]).not.toHaveProperty('expected');
  track!('order completed!');
  expect(calls().at(-1)).toMatchObject({ status: 'unmapped', expected: 'Order Completed' });
  expect(calls()[2]).toMatchObject({
    missing: ['value', 'currency'],
    entry: { canonical_event: 'purchase' },
  });
  expect(calls()[4]).toMatchObject({ event_id: 'ord_1_purchase', label: 'Order Completed' });
  expect(calls()[4]).not.toHaveProperty('outcome');
  await flush();
  await expect.poll(() => calls()[4]).toMatchObject({ outcome: { status: 'delivered' } });
  expect(calls()[5]).toMatchObject({ outcome: { status: 'dropped', reason: 'invalid_event' } });
  expect(JSON.stringify(calls())).not.toContain('a lot');
});

test('P-5 names a refused consent', async () => {
  const { calls } = await begin({ enabled: true }, { consent: { analytics: 'denied' } });
  window.heap['track']!('Order Completed', order);
  await expect
    .poll(() => calls()[0])
    .toMatchObject({ status: 'refused', outcome: { status: 'dropped', reason: 'consent' } });
});

test('keeps the last 200, and labels at 255 characters', async () => {
  const { calls } = await begin({ enabled: true });
  for (let n = 1; n <= 300; n++) window.heap['track']!(`${n} ${'x'.repeat(1_000)}`);
  expect(calls()).toHaveLength(200);
  expect(calls()[0]?.label).toMatch(/^101 x+$/);
  expect(calls()[0]?.label).toHaveLength(255);
});

test('P-4 is off unless asked for: it hears nothing and shows nothing', async () => {
  const { onCall, calls } = await begin();
  window.heap['track']!('Searched');
  expect(onCall).toBe(undefined);
  expect(calls()).toEqual([]);
  expect(document.getElementById('tracklayer-trace')).toBe(null);
});

test('the panel comes by localStorage.tracklayer_debug, and shows markup in labels as text', async () => {
  localStorage.setItem('tracklayer_debug', '1');
  const { stop } = await begin();
  const label = '<img src=x onerror="document.title=\'injected\'">&amp;';
  window.heap['track']!(label);
  window.heap['track']!('Order Completed', { order_id: 'ord_1' });
  const panel = (): ShadowRoot | null | undefined => document.getElementById('tracklayer-trace')?.shadowRoot;
  await expect.poll(() => panel()?.querySelectorAll('li')).toHaveLength(2);
  const shadow = panel()!;
  const [newest, first] = shadow.querySelectorAll('li');
  expect(newest?.textContent).toContain('lacks value, currency');
  expect(first?.querySelector('b')?.textContent).toBe(label);
  window.heap['track']!('order completed');
  await expect.poll(() => shadow.textContent).toContain('meant “Order Completed”?');
  expect(shadow.querySelector('img')).toBe(null);
  expect(document.title).not.toBe('injected');
  shadow.querySelector('button')?.click();
  expect(document.getElementById('tracklayer-trace')).toBe(null);
  stop();
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { chromiumLaunchOptions } from '../../../../tools/chromium.ts';
import { readRecording } from '../../src/registry/read-recording.ts';
import { verifyPath } from '../../src/verify/verify-path.ts';
import { paidOrder } from '../events.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { verifiedRelay } from './verified-relay.ts';

const heap = `<script>
  window.heap = window.heap || [];
  heap.track = (...args) => void heap.push(['track', ...args]);
  heap.track('Checkout Started', { step: 1 });
</script>`;
const buy = `<button id="buy" onclick="heap.track('Order Completed', { orderId: 'ord_10492' }); fetch('/buy', { method: 'POST' })">Buy</button>`;
const banner = `<div id="banner" style="position:fixed;inset:0">We use cookies
  <button id="accept" onclick="document.getElementById('banner').remove()">Accept</button></div>`;

/** A page whose button tells Heap, and the relay by way of a backend. */
async function stagingPage(html: string) {
  const { options, capture } = verifiedRelay();
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      void capture(paidOrder({ consent: { ad_user_data: 'granted' } })).then(() => response.end());
    } else response.setHeader('content-type', 'text/html').end(`<!doctype html>${html}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const recording = join(temporaryFolder(), 'heap-recording.json');
  const { executablePath: chromium } = chromiumLaunchOptions();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/checkout`;
  const walk = (clicks: string[], more: object = {}) =>
    verifyPath({ ...options, now: Date.now, page: { url, clicks, chromium, recording }, ...more });
  return { walk, recording };
}

test('a walk over the page records the calls of Heap, and finds the event that comes of them', async () => {
  const { walk, recording } = await stagingPage(heap + buy);
  const verification = await walk(['#buy'], { timeoutMs: 120_000 });
  expect(verification).toMatchObject({ status: 'good', event_id: 'ord_10492_purchase', recording });
  expect(readRecording(readFileSync(recording, 'utf8')).map(({ source_event }) => source_event)).toEqual([
    'Checkout Started',
    'Order Completed',
  ]);
  expect(statSync(recording).mode & 0o777).toBe(0o600);
});

test('a banner that covers the button is reported, and one that is clicked away first is not', async () => {
  const { walk } = await stagingPage(heap + buy + banner);
  const covered = await walk(['#buy'], { timeoutMs: 3_600_000 });
  expect(covered.checks).toContainEqual(expect.objectContaining({ verdict: 'failed', word: 'page_covered' }));
  expect((await walk(['#accept', '#buy'], { timeoutMs: 120_000 })).status).toBe('good');
});

test('a page that never loads Heap is reported', async () => {
  const { walk } = await stagingPage('<p>no snippet</p>');
  const { status, checks } = await walk([], { timeoutMs: 1 });
  expect([status, checks.at(-1)?.word]).toEqual(['failed', 'heap_not_loaded']);
});

test('a page that cannot be opened is reported', async () => {
  const { walk } = await stagingPage('');
  await expect(
    walk([], { page: { url: 'http://127.0.0.1:9/', chromium: chromiumLaunchOptions().executablePath } }),
  ).rejects.toThrow(/^\[setup\] http:\/\/127\.0\.0\.1:9\/ cannot be opened: /);
});

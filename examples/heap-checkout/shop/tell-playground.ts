// In the playground's frame only: tells the page around the shop what Heap saw here, and what became of it.
import type { FakeHeap } from '@tracklayer/testing';
import type { ShopNews } from '../playground/shop-news.ts';

const page = crypto.randomUUID();
const shown = window as unknown as {
  demo: { calls(): ShopNews['calls'] };
  /** Absent until the library has arrived, and with a visitor's own Heap, which keeps to itself what it saw. */
  demoHeap?: FakeHeap;
};
/** `BUILTIN_KIND_CLICK` is a click. */
const kindOf = ({ kind = '' }: Readonly<Record<string, string>>): string =>
  kind.replace(/^.*_/, '').toLowerCase();
let told = '';

function tell(): void {
  // Heap keeps events for up to two seconds before it sends them.
  shown.demoHeap?.flush();
  const seen = shown.demoHeap?.events ?? [];
  const heap = seen.map(({ event, isAutotrack, properties }) => ({
    event: isAutotrack ? kindOf(properties) : event,
    isAutotrack,
  }));
  const news: ShopNews = { page, heap, calls: shown.demo.calls() };
  const text = JSON.stringify(news);
  if (text === told) return;
  told = text;
  parent.postMessage(news, location.origin);
}

if (parent !== window) {
  setInterval(tell, 200);
  addEventListener('pagehide', tell);
}

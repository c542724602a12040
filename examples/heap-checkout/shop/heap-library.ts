// The stand-in for Heap's library: takes over the queue, captures clicks, and sends what it saw when the page goes.
import { installFakeHeap } from '@tracklayer/testing/fake-heap';

const heap = installFakeHeap({ generation: 'sdk5', snippet: false });
void heap.load();
Object.assign(window, { demoHeap: heap });

addEventListener('pagehide', () => {
  heap.flush();
  const orders = heap.calls.filter(({ method, args }) => method === 'track' && args[0] === 'Order Completed');
  navigator.sendBeacon(
    '/heap/capture',
    JSON.stringify({
      seen: heap.events.length,
      identity: heap.identity,
      orders: orders.map(({ args, at }) => ({ properties: args[1], at })),
      stats: (window as unknown as { demo?: { stats(): object } }).demo?.stats(),
    }),
  );
});

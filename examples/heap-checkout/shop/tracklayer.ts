// All that TrackLayer asks of the page: no call site of Heap changes.
import { createBrowserClient, promoteHeap } from '@tracklayer/browser';
import { traceHeap } from '@tracklayer/browser/trace';
import { countLabels } from '@tracklayer/browser/watch';
import { registry } from '../tracklayer.ts';

const tracklayer = createBrowserClient({
  endpoint: '/tl',
  // What the shop's consent banner says; see docs/consent.md for the tools that say it by themselves.
  consent: { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' },
});
const promotion = promoteHeap(tracklayer, {
  registry,
  // Off unless `localStorage.tracklayer_debug` is '1': then a panel says what became of each call, and why.
  // The playground around the shop shows the same.
  trace: traceHeap(window === parent ? {} : { enabled: true, overlay: false }),
  watch: [countLabels(tracklayer, { registry })],
});

// For the demo only: what this page counted, told when it goes away, and the calls that the playground shows.
Object.assign(window, {
  demo: {
    stats: () => ({ client: tracklayer.stats(), heap: promotion.stats() }),
    calls: () => promotion.trace(),
  },
});

// All that TrackLayer asks of the page: no call site of Heap changes.
import { createBrowserClient, promoteHeap } from '@tracklayer/browser';
import { registry } from '../tracklayer.ts';

const tracklayer = createBrowserClient({ endpoint: '/tl' });
const promotion = promoteHeap(tracklayer, { registry });

// For the demo's table only: what this page counted, told when it goes away.
Object.assign(window, { demo: { stats: () => ({ client: tracklayer.stats(), heap: promotion.stats() }) } });

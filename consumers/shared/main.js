import { createBrowserClient, defineRegistry, promoteHeap } from '@tracklayer/browser';

const registry = defineRegistry([
  { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
]);
const tracklayer = createBrowserClient({ endpoint: '/tl' });
promoteHeap(tracklayer, { registry });

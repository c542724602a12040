'use client';

import { createBrowserClient, defineRegistry, promoteHeap } from '@tracklayer/browser';
import { useEffect } from 'react';

const registry = defineRegistry([
  { source: 'heap', source_event: 'Order Completed', canonical_event: 'purchase', status: 'approved' },
]);

export function Tracking() {
  useEffect(() => {
    const tracklayer = createBrowserClient({ endpoint: '/tl' });
    const promotion = promoteHeap(tracklayer, { registry });
    return () => {
      promotion.stop();
      void tracklayer.close();
    };
  }, []);
  return null;
}

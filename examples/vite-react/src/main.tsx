import { createBrowserClient } from '@tracklayer/browser';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Checkout } from './checkout.tsx';
import { TrackLayer } from './use-tracklayer.ts';

const tracklayer = createBrowserClient({ endpoint: '/tl' });

createRoot(document.querySelector('#root') as Element).render(
  <StrictMode>
    <TrackLayer value={tracklayer}>
      <Checkout orderId="ord_10492" />
    </TrackLayer>
  </StrictMode>,
);

import { TrackLayerProvider } from '@tracklayer/browser/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Checkout } from './checkout.tsx';
import { tracklayer } from './tracklayer.ts';

createRoot(document.querySelector('#root') as Element).render(
  <StrictMode>
    <TrackLayerProvider client={tracklayer}>
      <Checkout orderId="ord_10492" />
    </TrackLayerProvider>
  </StrictMode>,
);

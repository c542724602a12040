import { createBrowserClient } from '@tracklayer/browser';
import { TrackLayerProvider } from '@tracklayer/browser/react';
import { act, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import { Checkout } from '../../src/checkout.tsx';

test('a double click on "Pay" is one purchase', async () => {
  const sent: unknown[] = [];
  const { fetch } = window;
  window.fetch = async (_, init) => {
    const { event_id } = JSON.parse(init?.body as string) as { event_id: string };
    sent.push(event_id);
    return Response.json({ event_id, status: 'accepted' });
  };
  const tracklayer = createBrowserClient({ endpoint: '/tl' });
  window.fetch = fetch;
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  await act(async () =>
    root.render(
      <StrictMode>
        <TrackLayerProvider client={tracklayer}>
          <Checkout orderId={`ord_${Date.now()}`} />
        </TrackLayerProvider>
      </StrictMode>,
    ),
  );
  const button = document.querySelector('button');
  button?.click();
  button?.click();
  expect(await tracklayer.flush()).toMatchObject({ delivered: 1, duplicate: 1 });
  expect(sent).toHaveLength(1);
  await tracklayer.close();
  await act(async () => root.unmount());
});

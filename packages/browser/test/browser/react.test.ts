import { act, createElement as h, StrictMode, Suspense, use, useEffect, type ReactNode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { BrowserClient } from '../../src/index.ts';
import { TrackLayerProvider, useConsent, useTrackLayer } from '../../src/react.ts';
import { clearPage, openClient } from './page.ts';
import { installPageRelay } from './page-relay.ts';

beforeEach(() => {
  clearPage();
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
});

const place = (): HTMLElement => {
  const element = document.body.appendChild(document.createElement('div'));
  onTestFinished(() => element.remove());
  return element;
};

function Thanks({ orderId }: { orderId: string }): ReactNode {
  const tracklayer = useTrackLayer();
  useEffect(() => {
    tracklayer.capture({
      event: 'purchase',
      properties: { order_id: orderId, value: 129.95, currency: 'EUR' },
    });
  }, [tracklayer, orderId]);
  return `Thanks for ${orderId}`;
}

function Banner(): ReactNode {
  const { state, setConsent } = useConsent();
  return state === 'pending'
    ? h('button', { onClick: () => setConsent({ analytics: 'granted' }) }, 'Allow')
    : h('p', null, state);
}

async function render(client: BrowserClient | undefined, children: ReactNode) {
  const element = place();
  const root = createRoot(element);
  const show = (shown: ReactNode): Promise<void> =>
    act(async () => root.render(h(StrictMode, null, h(TrackLayerProvider, { client }, shown))));
  await show(children);
  return { element, show, leave: () => act(async () => root.unmount()) };
}

test('P-3 under StrictMode, and after a remount as by hot reload, an order counts once', async () => {
  const relay = installPageRelay();
  const client = openClient({ flushIntervalMs: 60_000 });
  const { show, leave } = await render(client, h(Thanks, { orderId: 'ord_1' }));
  await show(h(Thanks, { key: 'again', orderId: 'ord_1' }));
  await leave();
  await client.flush();
  expect(relay.event_ids).toEqual(['ord_1_purchase']);
});

test('P-3 what suspends and comes back counts once', async () => {
  const relay = installPageRelay();
  const client = openClient({ flushIntervalMs: 60_000 });
  let arrive: (id: string) => void = () => {};
  const order = new Promise<string>((resolve) => (arrive = resolve));
  const Loaded = (): ReactNode => h(Thanks, { orderId: use(order) });
  const { element, leave } = await render(client, h(Suspense, { fallback: 'One moment' }, h(Loaded)));
  expect(element.textContent).toBe('One moment');
  await act(async () => arrive('ord_2'));
  expect(element.textContent).toBe('Thanks for ord_2');
  await client.flush();
  expect(relay.event_ids).toEqual(['ord_2_purchase']);
  await leave();
});

test('a server renders without a client, and the page takes over without a difference', async () => {
  installPageRelay();
  const app = (client: BrowserClient | undefined): ReactNode =>
    h(TrackLayerProvider, { client }, h(Banner), h(Thanks, { orderId: 'ord_3' }));
  const html = renderToString(app(undefined));
  expect(html).toContain('Allow');
  const element = place();
  element.innerHTML = html;
  const problems: unknown[] = [];
  const client = openClient({ consent: { analytics: 'granted' }, flushIntervalMs: 60_000 });
  const root = await act(async () =>
    hydrateRoot(element, app(client), { onRecoverableError: (error) => void problems.push(error) }),
  );
  expect(problems).toEqual([]);
  expect(element.textContent).toContain('open');
  await act(async () => root.unmount());
});

test('useConsent follows the person, the app and a consent tool', async () => {
  installPageRelay();
  const client = openClient({ consent: 'pending' });
  const { element, leave } = await render(client, h(Banner));
  await act(async () => element.querySelector('button')!.click());
  expect(element.textContent).toBe('open');
  await act(async () => client.setConsent({ analytics: 'denied' }));
  expect(element.textContent).toBe('refused');
  await act(async () => client.setConsent({ analytics: 'granted' }));
  expect(element.textContent).toBe('open');
  await act(async () => client.optOut());
  expect(element.textContent).toBe('refused');
  await leave();
});

test('without a provider the error says what is missing', () => {
  expect(() => renderToString(h(Banner))).toThrow(
    '[invalid_options] useTrackLayer needs a <TrackLayerProvider',
  );
});

import { onTestFinished } from 'vitest';
import { createBrowserClient, type BrowserClient, type BrowserClientOptions } from '../../src/index.ts';

/** A browser that was never here before. */
export function clearPage(): void {
  localStorage.clear();
  // Those of other files, too: the pages of one browser share their cookies, and files run in any order.
  for (const cookie of document.cookie.split('; '))
    document.cookie = `${cookie.split('=')[0]}=; Max-Age=0; Path=/`;
}

export function openClient(options: Partial<BrowserClientOptions> = {}): BrowserClient {
  const client = createBrowserClient({ endpoint: '/tl', ...options });
  onTestFinished(async () => {
    // Nothing is left that its end would wait for.
    client.setConsent({ analytics: 'denied' });
    await client.close();
  });
  return client;
}

export const purchase = (order_id: string, value = 129.95) =>
  ({ event: 'purchase', user_id: 'cust_2048', properties: { order_id, value, currency: 'EUR' } }) as const;

export const storedMessages = (): string[] =>
  Object.keys(localStorage).filter((key) => key.startsWith('tl1:m:'));

/** Hides or shows the page, as far as scripts can tell. */
export function setVisibility(state: DocumentVisibilityState): void {
  replaceProperty(document, 'visibilityState', { get: () => state });
  document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}

const clientSource = new URL('../../src/index.ts', import.meta.url).href;

/**
 * Another tab of this origin, as an iframe, with a client whose requests stay unanswered. `kill` takes it away as a
 * crash does: no event of the page reaches the client.
 */
export async function openTab(script: string): Promise<{ window: Window; kill(): void }> {
  const frame = document.createElement('iframe');
  const ready = new Promise<void>((resolve) =>
    addEventListener('message', ({ source, data }) => {
      if (source === frame.contentWindow && data === 'ready') resolve();
    }),
  );
  frame.srcdoc = `<script>
    addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true);
    window.fetch = () => new Promise(() => {});
  </script>
  <script type="module">
    import { createBrowserClient } from '${clientSource}';
    const client = createBrowserClient({ endpoint: '/tl' });
    ${script}
    parent.postMessage('ready', '*');
  </script>`;
  document.body.append(frame);
  await ready;
  onTestFinished(() => frame.remove());
  return { window: frame.contentWindow!, kill: () => frame.remove() };
}

/** An event that names nobody. */
export const login = { event: 'login' } as const;

/** Makes a property of the page something else for one test. */
export function replaceProperty(object: object, name: string, replacement: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { configurable: true, ...replacement });
  onTestFinished(() => {
    if (before) Object.defineProperty(object, name, before);
    else Reflect.deleteProperty(object, name);
  });
}

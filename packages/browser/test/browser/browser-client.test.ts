import type { EventContext } from '@tracklayer/core';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  createBrowserClient,
  isTrackLayerError,
  type BrowserClient,
  type BrowserClientOptions,
} from '../../src/index.ts';
import { clearPage, login, openClient, purchase, replaceProperty, storedMessages } from './page.ts';
import { installPageRelay } from './page-relay.ts';

beforeEach(clearPage);

test('W-9 a capture arrives at the first-party endpoint, without a key, and follows no redirect', async () => {
  const relay = installPageRelay();
  const client = openClient();
  const { event_id } = client.capture(purchase('ord_1'));
  expect(await client.flush()).toEqual({ delivered: 1, duplicate: 0, dropped: {}, pending: 0 });
  const [request] = relay.requests;
  expect(request).toMatchObject({ url: '/tl/api/capture', event_ids: [event_id], redirect: 'manual' });
  expect(request?.headers.get('content-type')).toBe('application/json');
  expect(request?.headers.get('idempotency-key')).toBeTruthy();
  expect(request?.headers.get('tracklayer-attempt')).toBe('1');
  expect(request?.headers.has('authorization')).toBe(false);
  expect(storedMessages()).toEqual([]);
});

test('P-4 a client touches neither cookies nor storage while it is made, but in a task of its own or when first used', async () => {
  installPageRelay();
  let touches = 0;
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
  const storage = localStorage;
  replaceProperty(document, 'cookie', {
    get() {
      touches++;
      return cookie.get!.call(document) as unknown;
    },
    set: (value) => cookie.set!.call(document, value),
  });
  replaceProperty(window, 'localStorage', {
    get() {
      touches++;
      return storage;
    },
  });
  const client = openClient();
  expect(touches).toBe(0);
  await expect.poll(() => touches).toBeGreaterThan(0);
  expect(cookie.get!.call(document)).toContain(client.anonymousId());
  touches = 0;
  expect(openClient().anonymousId()).toBe(client.anonymousId());
  expect(touches).toBeGreaterThan(0);
});

test('P-4 an app that captures when it hears of a page without storage is served by the same client', async () => {
  const relay = installPageRelay();
  replaceProperty(window, 'localStorage', { get: () => null });
  const codes: string[] = [];
  const client: BrowserClient = openClient({
    onError({ code }) {
      codes.push(code);
      client.capture(purchase('ord_1'));
    },
  });
  await expect.poll(() => codes).toEqual(['storage']);
  await client.flush();
  expect(relay.requests.flatMap(({ event_ids }) => event_ids)).toEqual(['ord_1_purchase']);
});

test('W-10 an event describes its page and its visitor', async () => {
  const relay = installPageRelay();
  const client = openClient();
  client.capture(login);
  await client.flush();
  expect(relay.requests[0]?.messages[0]).toMatchObject({
    source: 'browser',
    anonymous_id: client.anonymousId(),
    context: {
      page: { url: location.href.split('#')[0] },
      locale: navigator.language,
      library: { name: 'tracklayer-browser' },
    },
  });
});

test('W-10 an event carries what ad platforms and their tags left, where it has their format', async () => {
  const landed = location.href;
  const fbp = 'fb.1.1764151200000.1186733721';
  const cookies = { _ga: 'GA1.1.1186733721.1764151200', _fbp: fbp, _fbc: 'jane@example.com' };
  onTestFinished(() => {
    history.replaceState(undefined, '', landed);
    for (const name of Object.keys(cookies)) document.cookie = `${name}=; Max-Age=0; Path=/`;
  });
  history.replaceState(undefined, '', '?gclid=Cj0_g-1&li_fat_id=l%20l');
  for (const [name, value] of Object.entries(cookies)) document.cookie = `${name}=${value}; Path=/`;
  const relay = installPageRelay();
  const client = openClient();
  client.capture(login);
  await client.flush();
  const context = relay.requests[0]?.messages[0]?.['context'] as { click_ids?: object; ga?: object };
  expect(context.click_ids).toEqual({ gclid: 'Cj0_g-1', fbp });
  expect(context.ga).toEqual({ client_id: '1186733721.1764151200' });
});

test('W-10 click ids are those of the address at which the client was made, also when a router cleans it at once', async () => {
  const landed = location.href;
  onTestFinished(() => history.replaceState(undefined, '', landed));
  const relay = installPageRelay();
  history.replaceState(undefined, '', '?gclid=Cj0_g-1');
  const client = openClient();
  history.replaceState(undefined, '', landed);
  client.capture(login);
  await client.flush();
  expect(relay.requests[0]?.messages[0]).toMatchObject({ context: { click_ids: { gclid: 'Cj0_g-1' } } });
});

const dayMs = 86_400_000;

/** The context of the first message that a page sends which was entered by this address. */
async function contextAt(address: string, options?: Partial<BrowserClientOptions>) {
  const landed = location.href;
  const relay = installPageRelay();
  history.replaceState(undefined, '', address);
  const client = openClient(options);
  history.replaceState(undefined, '', landed);
  client.capture(login);
  await client.flush();
  return relay.requests[0]?.messages[0]?.['context'] as EventContext;
}

test('W-10 an event carries the campaign of the address, each parameter once and none that names a person', async () => {
  const { utm, click_ids } = await contextAt(
    '?utm_source=google&utm_medium=cpc&utm_campaign=spring+sale&utm_source=bing&utm_term=jane%40example.com' +
      `&utm_content=${'x'.repeat(151)}&utm_id=7&utm_other=y&utm_=z`,
  );
  expect(utm).toEqual({ source: 'google', medium: 'cpc', campaign: 'spring sale', id: '7' });
  expect(click_ids).toBeUndefined();
});

test('W-10 later pages carry what the visitor came by, until the next landing or for 90 days', async () => {
  const first = { click_ids: { gclid: 'g1' }, utm: { source: 'google' } };
  expect(await contextAt('?gclid=g1&utm_source=google')).toMatchObject(first);
  expect(await contextAt('?page=2')).toMatchObject(first);
  const next = await contextAt('?utm_source=newsletter');
  expect([next.utm, next.click_ids]).toEqual([{ source: 'newsletter' }, undefined]);
  expect((await contextAt('/')).utm).toEqual({ source: 'newsletter' });
  const now = Date.now();
  const clock = vi.spyOn(Date, 'now');
  onTestFinished(() => clock.mockRestore());
  clock.mockReturnValue(now + 89 * dayMs);
  expect((await contextAt('/')).utm).toEqual({ source: 'newsletter' });
  clock.mockReturnValue(now + 91 * dayMs);
  expect((await contextAt('/')).utm).toBeUndefined();
});

test('P-5 what the visitor came by is kept after a grant, and forgotten by a refusal', async () => {
  const kept = (): string | null => localStorage.getItem('tl1:v:landed');
  const landed = location.href;
  installPageRelay();
  history.replaceState(undefined, '', '?gclid=g1');
  const client = openClient({ consent: 'pending' });
  history.replaceState(undefined, '', landed);
  client.capture(login);
  expect(kept()).toBeNull();
  client.setConsent({ analytics: 'granted' });
  expect(kept()).toContain('g1');
  client.setConsent({ analytics: 'denied' });
  expect(kept()).toBeNull();
});

test.each(['7', 'null', '{', '[9e15]', '[9e15,null]', '[9e15,7]'])(
  'P-4 a page whose landing was spoilt in storage (%s) captures all the same',
  async (spoilt) => {
    localStorage.setItem('tl1:v:landed', spoilt);
    const { utm, click_ids, library } = await contextAt('/');
    expect([utm, click_ids, library?.name]).toEqual([undefined, undefined, 'tracklayer-browser']);
  },
);

test('an app adds to the context, and loses no event when it throws there', async () => {
  const relay = installPageRelay();
  const errors: string[] = [];
  let isBroken = false;
  const client = openClient({
    onError: ({ code }) => errors.push(code),
    context: () => {
      if (isBroken) throw new Error('broken');
      return { action_source: 'website' };
    },
  });
  client.capture(purchase('ord_1'));
  isBroken = true;
  client.capture(purchase('ord_2'));
  client.capture(purchase('ord_3'));
  expect((await client.flush()).delivered).toBe(3);
  expect(
    relay.requests[0]?.messages.map(({ context }) => (context as { action_source?: string }).action_source),
  ).toEqual(['website', undefined, undefined]);
  expect(errors).toEqual(['callback']);
});

test('a redirect to a login page is a fault of the set-up, reported at once, and loses nothing (W-27)', async () => {
  const relay = installPageRelay();
  relay.answer = () => Response.error();
  const errors: string[] = [];
  const client = openClient({ onError: ({ code }) => errors.push(code) });
  client.capture(purchase('ord_1'));
  await expect.poll(() => errors).toEqual(['setup']);
  expect(client.stats().pending).toBe(1);
});

test.for<[string, Partial<BrowserClientOptions> & { key?: string }]>([
  ['a server key', { key: 'sk_live_1' }],
  ['an endpoint that is no address', { endpoint: 'tl' }],
  ["a plain http address of somebody else's", { endpoint: 'http://elsewhere.example' }],
  ['a scheme-relative address', { endpoint: '//elsewhere.example' }],
  ['credentials in the address', { endpoint: 'https://key@shop.example' }],
  ['a query', { endpoint: '/tl?key=sk_live_1' }],
  ['a number', { endpoint: 7 as never }],
  ['a cookie domain with an attribute', { cookieDomain: 'shop.example; Secure' }],
])('W-9 %s is refused, and no value is repeated', ([, options]) => {
  let thrown: unknown;
  try {
    createBrowserClient({ endpoint: '/tl', ...options });
  } catch (error) {
    thrown = error;
  }
  expect(isTrackLayerError(thrown) && thrown.code).toBe('invalid_options');
  expect(String(thrown)).not.toMatch(/sk_live_1|elsewhere|key@/);
});

test.each([
  [' /tl/ ', '/tl'],
  [new URL('https://api.shop.example/tl/'), 'https://api.shop.example/tl'],
  ['http://localhost:8787/tl', 'http://localhost:8787/tl'],
  ['http://127.0.0.1:8787', 'http://127.0.0.1:8787'],
  ['http://[::1]:8787', 'http://[::1]:8787'],
])('the endpoint %s is taken', (endpoint, taken) => {
  expect(openClient({ endpoint }).endpoint).toBe(taken);
});

test('a path is one of this site, whatever the page’s <base> says', async () => {
  const base = document.head.appendChild(document.createElement('base'));
  base.href = 'https://cdn.example/assets/';
  onTestFinished(() => base.remove());
  const relay = installPageRelay();
  const client = openClient();
  client.capture(purchase('ord_1'));
  await client.flush();
  expect(relay.requests.map(({ url }) => url)).toEqual([`${location.origin}/tl/api/capture`]);
});

test('a prerendered page holds everything until it is shown, and stores nothing', async () => {
  const relay = installPageRelay();
  let isPrerendering = true;
  replaceProperty(document, 'prerendering', { get: () => isPrerendering });
  const client = openClient({ flushAt: 1 });
  client.capture(purchase('ord_1'));
  expect(await client.flush({ timeoutMs: 1 })).toMatchObject({ pending: 1 });
  expect([relay.requests, Object.keys(localStorage), client.isAllowed()]).toEqual([[], [], false]);
  expect(document.cookie).not.toContain('tl_aid');
  isPrerendering = false;
  document.dispatchEvent(new Event('prerenderingchange'));
  await client.flush();
  expect(relay.event_ids).toEqual(['ord_1_purchase']);
  expect(document.cookie).toContain('tl_aid');
});

test('a prerendered page that is shown still waits for consent, and heeds a refusal before', async () => {
  const relay = installPageRelay();
  replaceProperty(document, 'prerendering', { get: () => true });
  const pending = openClient({ consent: 'pending', flushAt: 1 });
  const refused = openClient({ consent: 'pending', flushAt: 1 });
  pending.capture(purchase('ord_1'));
  refused.capture(purchase('ord_2'));
  refused.setConsent({ analytics: 'denied' });
  document.dispatchEvent(new Event('prerenderingchange'));
  await pending.flush({ timeoutMs: 1 });
  expect(relay.requests).toEqual([]);
  expect(refused.stats()).toMatchObject({ pending: 0, dropped: { consent: 1 } });
  pending.setConsent({ analytics: 'granted' });
  await pending.flush();
  expect(relay.event_ids).toEqual(['ord_1_purchase']);
});

test('without options, too, the error says what is missing', () => {
  const create = createBrowserClient as unknown as () => void;
  expect(create).toThrow('[invalid_options] `endpoint` must be a path of this site such as "/tl"');
});

test('a page that replaces fetch later changes nothing', async () => {
  const relay = installPageRelay();
  const client = openClient();
  window.fetch = () => Promise.reject(new TypeError('blocked'));
  client.capture(purchase('ord_1'));
  expect((await client.flush()).delivered).toBe(1);
  expect(relay.event_ids).toEqual(['ord_1_purchase']);
});

test('P-7 a thousand captures in one task are each stored before it ends, the first one at once', async () => {
  installPageRelay();
  const client = openClient({ flushAt: 10_000, flushIntervalMs: 60_000 });
  client.capture(purchase('ord_0'));
  expect(storedMessages()).toHaveLength(1);
  for (let n = 1; n < 1_000; n++) client.capture(purchase(`ord_${n}`));
  await Promise.resolve();
  expect(storedMessages()).toHaveLength(41);
  const texts = storedMessages().map((key) => localStorage.getItem(key) ?? '');
  expect(texts.join('\n').match(/"event_id":"ord_\d+_purchase"/g)).toHaveLength(1_000);
});

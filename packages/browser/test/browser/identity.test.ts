import { beforeEach, expect, test } from 'vitest';
import { clearPage, login, openClient, purchase, replaceProperty } from './page.ts';
import { installPageRelay } from './page-relay.ts';

beforeEach(clearPage);

const cookie = (): string | undefined => /(?:^|; )tl_aid=([^;]*)/.exec(document.cookie)?.[1];

test('the visitor stays the same over reloads, by cookie or by its mirror', () => {
  installPageRelay();
  const id = openClient().anonymousId();
  expect(id).toMatch(/^anon_[\da-f]{8}-[\da-f]{4}-7/);
  expect([cookie(), localStorage.getItem('tl1:v:anonymous_id')]).toEqual([id, id]);
  localStorage.clear();
  expect(openClient().anonymousId()).toBe(id);
  document.cookie = 'tl_aid=; Max-Age=0; Path=/';
  expect(openClient().anonymousId()).toBe(id);
  expect(cookie()).toBe(id);
});

test('W-9 a cookie that the server set is left alone, since one by script lives 7 days in Safari', () => {
  installPageRelay();
  const id = openClient().anonymousId();
  const written: string[] = [];
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
  replaceProperty(document, 'cookie', {
    get: () => get!.call(document) as string,
    set(text: string) {
      written.push(text);
      set!.call(document, text);
    },
  });
  const client = openClient();
  client.identify({ user_id: 'cust_1' });
  expect(client.anonymousId()).toBe(id);
  expect(written).toEqual([]);
  client.reset();
  expect(written).toEqual([expect.stringContaining(`tl_aid=${client.anonymousId()}; Max-Age=34560000`)]);
});

test('a refusal takes the id, and the server’s mark of it', () => {
  installPageRelay();
  const client = openClient();
  document.cookie = `tl_aid_kept=${client.anonymousId()}; Path=/`;
  client.setConsent({ analytics: 'denied' });
  expect(document.cookie).not.toContain('tl_aid');
});

test('a cookie domain that the browser refuses is reported, and the id is kept for this host', async () => {
  installPageRelay();
  const errors: string[] = [];
  const client = openClient({
    cookieDomain: 'elsewhere.example',
    onError: ({ message }) => void errors.push(message),
  });
  await expect
    .poll(() => errors)
    .toEqual([expect.stringContaining('`cookieDomain` does not cover this host')]);
  expect(cookie()).toBe(client.anonymousId());
});

test('a foreign value in the cookie is not taken for a visitor', () => {
  installPageRelay();
  document.cookie = 'tl_aid=jane@example.com; Path=/';
  expect(openClient().anonymousId()).toMatch(/^anon_/);
});

test('W-20 after identify, events carry the user_id, on the next page too, until reset', async () => {
  const relay = installPageRelay();
  const first = openClient();
  const visitor = first.anonymousId();
  first.identify({ user_id: 'cust_2048', traits: { plan: 'pro' } });
  await first.flush();
  const next = openClient();
  next.capture(login);
  await next.flush();
  expect(relay.requests.map(({ url }) => url)).toEqual(['/tl/api/identify', '/tl/api/capture']);
  expect(relay.requests[1]?.messages[0]).toMatchObject({ user_id: 'cust_2048', anonymous_id: visitor });
  next.reset();
  expect(next.anonymousId()).not.toBe(visitor);
  expect(cookie()).toBe(next.anonymousId());
  next.capture(login);
  await next.flush();
  expect(relay.requests[2]?.messages[0]).not.toHaveProperty('user_id');
});

test('P-5 a cookie of this host is deleted by a refusal, though `cookieDomain` does not cover it', async () => {
  installPageRelay();
  const client = openClient({ cookieDomain: 'elsewhere.example' });
  client.capture(purchase('ord_1'));
  expect(cookie()).toBe(client.anonymousId());
  await client.optOut();
  expect(document.cookie).not.toContain('tl_aid');
});

test('a logout in another tab is one here, also while this tab waits for consent', async () => {
  const relay = installPageRelay();
  const first = openClient();
  first.identify({ user_id: 'cust_2048' });
  const waiting = openClient({ consent: 'pending' });
  expect(waiting.userId()).toBe('cust_2048');
  first.reset();
  for (const key of ['tl1:v:anonymous_id', 'tl1:v:user_id'])
    dispatchEvent(new StorageEvent('storage', { key }));
  waiting.capture(login);
  waiting.setConsent({ analytics: 'granted' });
  await waiting.flush();
  expect(waiting.userId()).toBeUndefined();
  expect([waiting.anonymousId(), cookie()]).toEqual([first.anonymousId(), first.anonymousId()]);
  expect(relay.requests.at(-1)?.messages[0]).not.toHaveProperty('user_id');
});

test('the user that a tab learned while it waits for consent is kept when another tab has one', () => {
  installPageRelay();
  const client = openClient({ consent: 'pending' });
  client.identify({ user_id: 'cust_2048' });
  localStorage.setItem('tl1:v:user_id', 'cust_7');
  dispatchEvent(new StorageEvent('storage', { key: 'tl1:v:user_id' }));
  client.setConsent({ analytics: 'granted' });
  expect(client.userId()).toBe('cust_2048');
});

test('a login in another tab is a login here', async () => {
  const relay = installPageRelay();
  const client = openClient();
  localStorage.setItem('tl1:v:user_id', 'cust_7');
  dispatchEvent(new StorageEvent('storage', { key: 'tl1:v:user_id' }));
  client.capture({ ...purchase('ord_1'), user_id: undefined });
  await client.flush();
  expect(relay.requests[0]?.messages[0]).toMatchObject({ user_id: 'cust_7' });
});

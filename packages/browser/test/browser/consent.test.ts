import { beforeEach, expect, test } from 'vitest';
import { clearPage, openClient, openTab, purchase, replaceProperty, storedMessages } from './page.ts';
import { installPageRelay, silence } from './page-relay.ts';

beforeEach(clearPage);

const granted = { analytics: 'granted', ad_user_data: 'granted' } as const;

test('P-5 while consent is pending nothing is stored or sent, and a grant sends what waited', async () => {
  const relay = installPageRelay();
  const client = openClient({ consent: 'pending' });
  client.capture(purchase('ord_1'));
  client.identify({ user_id: 'cust_2048' });
  await client.flush({ timeoutMs: 20 });
  expect(Object.keys(localStorage)).toEqual([]);
  expect(document.cookie).not.toContain('tl_aid');
  expect(relay.requests).toEqual([]);
  client.setConsent(granted);
  expect((await client.flush()).pending).toBe(0);
  expect(client.stats().delivered).toBe(2);
  expect(relay.requests.flatMap(({ messages }) => messages).every(({ consent }) => consent)).toBe(true);
  expect(document.cookie).toContain(client.anonymousId());
  expect(localStorage.getItem('tl1:v:ledger')).toContain('ord_1_purchase');
});

test('P-5 a refusal drops what waited and keeps nothing', () => {
  installPageRelay();
  const client = openClient({ consent: 'pending' });
  client.capture(purchase('ord_1'));
  client.setConsent({ analytics: 'denied' });
  expect(client.stats()).toMatchObject({ pending: 0, dropped: { consent: 1 } });
  expect(Object.keys(localStorage)).toEqual([]);
  expect(document.cookie).not.toContain('tl_aid');
});

test('onConsent hears of every change, also that the question is open again', async () => {
  installPageRelay();
  const client = openClient({ consent: 'pending' });
  const heard: string[] = [];
  client.onConsent(() => heard.push(client.consent()));
  await client.optOut();
  client.optIn();
  await Promise.resolve();
  client.setConsent(granted);
  await Promise.resolve();
  expect([heard.at(0), heard.at(-2), heard.at(-1)]).toEqual(['refused', 'pending', 'open']);
});

test.each([
  false,
  null,
  {},
  { gpc: true },
  { analytics: false },
  { ad_storage: 'denied' },
  'denied',
  'granted',
])(
  'P-5 a decision that cannot be read is not a grant, and what waits goes on waiting: %j',
  async (snapshot) => {
    const relay = installPageRelay();
    const client = openClient({ consent: 'pending' });
    client.capture(purchase('ord_1'));
    client.setConsent(snapshot as never);
    client.capture(purchase('ord_2'));
    await client.flush({ timeoutMs: 20 });
    expect(relay.requests).toEqual([]);
    expect(client.stats()).toMatchObject({ pending: 2, dropped: {} });
    expect(client.isAllowed()).toBe(false);
    expect(document.cookie).toBe('');
  },
);

test('P-5 optOut purges storage, cookie and queue while a request is in flight, and holds on the next page', async () => {
  const relay = installPageRelay();
  relay.answer = silence;
  const client = openClient({ flushAt: 1 });
  client.capture(purchase('ord_1'));
  client.identify({ user_id: 'cust_2048' });
  await expect.poll(() => relay.requests).toHaveLength(1);
  await client.optOut();
  expect(client.stats()).toMatchObject({ pending: 0, dropped: { consent: 2 } });
  expect(Object.keys(localStorage)).toEqual(['tl1:v:opt_out']);
  expect(document.cookie).not.toContain('tl_aid');
  const next = openClient();
  expect(next.capture(purchase('ord_2')).event_id).toBe(null);
  expect(relay.requests).toHaveLength(1);
});

test('P-5 optOut in one tab purges the others', async () => {
  installPageRelay().answer = silence;
  const client = openClient({ flushIntervalMs: 60_000 });
  client.capture(purchase('ord_1'));
  const tab = await openTab('window.client = client');
  await (tab.window as Window & { client?: { optOut(): Promise<void> } }).client?.optOut();
  await expect.poll(() => client.stats()).toMatchObject({ pending: 0, dropped: { consent: 1 } });
  expect(storedMessages()).toEqual([]);
  expect(document.cookie).not.toContain('tl_aid');
});

test('W-10 the Global Privacy Control signal travels in the snapshot and refuses nothing', async () => {
  replaceProperty(navigator, 'globalPrivacyControl', { value: true });
  const relay = installPageRelay();
  const client = openClient();
  client.capture(purchase('ord_1'));
  await client.flush();
  expect(relay.requests[0]?.messages[0]).toMatchObject({ consent: { gpc: true } });
});

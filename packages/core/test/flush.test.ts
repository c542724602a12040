import { expect, test } from 'vitest';
import { clientWith, idsOf, isConserved } from './client-with.ts';
import { paidOrder, paidOrders } from './events.ts';
import { settle } from './fake-platform.ts';

test('P-6 overlapping flushes each answer for what was captured before them', async () => {
  const answers: (() => void)[] = [];
  const { client, platform } = clientWith(
    () => new Promise((resolve) => answers.push(() => resolve(undefined))),
  );
  client.capture(paidOrder('ord_1'));
  const first = client.flush();
  await settle();
  client.capture(paidOrder('ord_2'));
  const second = client.flush();
  await settle();
  expect(answers).toHaveLength(2);
  answers[1]!();
  await platform.advance(1);
  answers[0]!();
  expect(await first).toEqual({ delivered: 1, duplicate: 0, dropped: {}, pending: 0 });
  expect(await second).toEqual({ delivered: 2, duplicate: 0, dropped: {}, pending: 0 });
});

test('P-6 a flush that runs out of time says what is pending', async () => {
  const { client, platform } = clientWith(() => ({ status: 503 }));
  for (const order of paidOrders(3)) client.capture(order);
  const flushed = client.flush({ timeoutMs: 2_000 });
  await platform.advance(2_000);
  expect(await flushed).toEqual({ delivered: 0, duplicate: 0, dropped: {}, pending: 3 });
});

test('P-6 a flush does not skip backoff', async () => {
  const { client, transport, platform } = clientWith(() => ({ status: 503, retry_after: '5' }));
  client.capture(paidOrder());
  void client.flush();
  await platform.advance(1_000);
  void client.flush();
  void client.flush();
  await platform.advance(3_999);
  expect(transport.requests).toHaveLength(1);
});

test('P-6 a flush of nothing resolves at once', async () => {
  const { client } = clientWith();
  expect(await client.flush()).toEqual({ delivered: 0, duplicate: 0, dropped: {}, pending: 0 });
});

test('W-20 an identify is final before later captures of its person are sent; nobody else waits', async () => {
  let release = (): void => {};
  const { client, transport } = clientWith(({ kind }) =>
    kind === 'identify' ? new Promise((resolve) => (release = () => resolve(undefined))) : undefined,
  );
  client.capture(paidOrder('ord_0'));
  client.identify({ user_id: 'cust_2048', anonymous_id: 'anon_91b2' });
  client.capture(paidOrder('ord_1'));
  client.capture(paidOrder('ord_2', { user_id: undefined }));
  client.capture(paidOrder('ord_3', { user_id: 'cust_7', anonymous_id: 'anon_7' }));
  const flushed = client.flush();
  await settle();
  expect(transport.requests.filter(({ kind }) => kind === 'capture').flatMap(idsOf)).toEqual([
    'ord_0_purchase',
    'ord_3_purchase',
  ]);
  release();
  expect(await flushed).toEqual({ delivered: 5, duplicate: 0, dropped: {}, pending: 0 });
  expect(transport.requests.flatMap(idsOf).slice(-2)).toEqual(['ord_1_purchase', 'ord_2_purchase']);
});

test('W-20 two open identifies of one person both come first', async () => {
  const releases: (() => void)[] = [];
  const { client, transport } = clientWith(
    ({ kind }) =>
      kind === 'identify' ? new Promise((resolve) => releases.push(() => resolve(undefined))) : undefined,
    { maxBatchEvents: 1 },
  );
  client.identify({ user_id: 'cust_2048', anonymous_id: 'anon_1' });
  client.identify({ user_id: 'cust_2048', anonymous_id: 'anon_2' });
  client.capture(paidOrder());
  void client.flush();
  await settle();
  releases[1]!();
  await settle();
  expect(transport.requests.filter(({ kind }) => kind === 'capture')).toEqual([]);
  releases[0]!();
  await settle();
  expect(transport.requests.filter(({ kind }) => kind === 'capture')).toHaveLength(1);
});

test('P-5 while consent is pending nothing is sent; a grant sends it with its own time and the snapshot', async () => {
  const { client, transport, platform } = clientWith(undefined, { consent: 'pending' });
  const receipt = client.capture(paidOrder());
  await platform.advance(60_000);
  expect(transport.requests).toEqual([]);
  expect(client.stats()).toMatchObject({ captured: 1, pending: 1 });
  expect(await client.flush()).toMatchObject({ pending: 1 });
  client.setConsent({ ad_user_data: 'granted', analytics: 'denied' });
  await client.flush();
  expect(transport.delivered).toMatchObject([
    { occurred_at: '2026-11-23T10:15:30.123Z', consent: { ad_user_data: 'granted', analytics: 'denied' } },
  ]);
  expect(await receipt.settled()).toEqual({ status: 'delivered' });
});

test('P-5 a refusal drops what waited, and what comes, as consent', async () => {
  const { client, transport, drops } = clientWith(undefined, { consent: 'pending' });
  client.capture(paidOrder('ord_1'));
  client.setConsent({ ad_user_data: 'denied', ad_personalization: 'denied', analytics: 'denied' });
  client.capture(paidOrder('ord_2'));
  await client.flush();
  expect(transport.requests).toEqual([]);
  expect(drops.map(({ reason }) => reason)).toEqual(['consent', 'consent']);
  expect(isConserved(client.stats())).toBe(true);
});

test('P-5 at most 100 events wait for consent', () => {
  const { client, drops } = clientWith(undefined, { consent: 'pending' });
  for (const order of paidOrders(103)) client.capture(order);
  expect(client.stats()).toMatchObject({ captured: 103, pending: 100, dropped: { consent: 3 } });
  expect(drops).toHaveLength(3);
});

test('P-5 optOut aborts what is in flight, purges what waits, and nothing is sent after it', async () => {
  const { client, transport, platform } = clientWith(() => new Promise(() => {}));
  for (const order of paidOrders(60)) client.capture(order);
  void client.flush();
  await settle();
  await client.optOut();
  const sent = transport.requests.length;
  client.capture(paidOrder('later'));
  await platform.advance(120_000);
  expect(transport.requests).toHaveLength(sent);
  expect(client.stats()).toMatchObject({ captured: 61, pending: 0, dropped: { consent: 61 } });
  client.optIn();
  client.capture(paidOrder('after'));
  await platform.advance(10_000);
  expect(idsOf(transport.requests.at(-1)!)).toEqual(['after_purchase']);
});

test('1,000 clients created and closed leave no timer', async () => {
  const { platform } = clientWith();
  for (let n = 0; n < 1_000; n++) {
    const { client, platform: own } = clientWith();
    client.capture(paidOrder());
    await client.close();
    expect(own.timers).toBe(0);
  }
  expect(platform.timers).toBe(0);
});

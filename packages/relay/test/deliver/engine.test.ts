import { afterEach, expect, test, vi } from 'vitest';
import type { CommonSettings, Destination } from '@tracklayer/destinations';
import { startSandbox, type SandboxType } from '@tracklayer/destinations/sandbox';
import type { WireEvent } from '@tracklayer/core';
import { createRelay, createSqliteStore, type Alert, type EventRecord, type Relay } from '../../src/index.ts';

// Retries wait in real time, with jitter.
vi.setConfig({ testTimeout: 60_000 });

const secret = 'tlk_test_0123456789abcdef';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

const order = (n: number, change: Partial<WireEvent> = {}): WireEvent => ({
  event: 'purchase',
  event_id: `ord_${n}_purchase`,
  user_id: `cust_${n}1`,
  occurred_at: new Date().toISOString(),
  properties: { order_id: `ord_${n}`, value: 129.95, currency: 'EUR' },
  consent: { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' },
  context: { ga: { client_id: `${n}.1` }, click_ids: { gclid: `g${n}`, li_fat_id: `l${n}` } },
  ...change,
});

async function relayTo(types: readonly SandboxType[], more: object = {}) {
  const sandbox = await startSandbox();
  const alerts: Alert[] = [];
  const settings = types.map((type) => [type, { ...sandbox.settings[type], holdMs: 0, ...more }]);
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [{ environment: 'production', secret }],
    destinations: Object.fromEntries(settings),
    onAlert: (alert) => void alerts.push(alert),
  });
  open.push(sandbox, relay);
  return { sandbox, relay, alerts };
}

const call = (relay: Relay, path: string, body?: unknown): Promise<Response> =>
  relay.fetch(
    new Request(`http://relay${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  );
const capture = (relay: Relay, ...batch: WireEvent[]): Promise<Response> =>
  call(relay, '/api/capture', { batch });

/** Deliveries of an event, once they are what is waited for. */
async function deliveriesOf(
  relay: Relay,
  event_id: string,
  status = 'accepted',
): Promise<EventRecord['deliveries']> {
  return expect
    .poll(
      async () => {
        const record = (await (await call(relay, `/api/events/${event_id}`)).json()) as EventRecord;
        return (
          record.deliveries.length > 0 &&
          record.deliveries.every((one) => one.status === status) &&
          record.deliveries
        );
      },
      { timeout: 30_000 },
    )
    .toBeTruthy()
    .then(
      async () => ((await (await call(relay, `/api/events/${event_id}`)).json()) as EventRecord).deliveries,
    );
}

const all = [
  'meta',
  'google',
  'ga4',
  'linkedin',
  'hubspot',
  'salesforce',
  'tiktok',
  'webhook',
  'heap',
] as const;

test('W-30 an order is accepted by every platform, once each', async () => {
  const { sandbox, relay } = await relayTo(all);
  await capture(relay, order(1));
  await capture(relay, order(1));
  const deliveries = await deliveriesOf(relay, 'ord_1_purchase');
  expect(deliveries.map(({ destination }) => destination)).toEqual([...all].toSorted());
  for (const type of all)
    expect([type, sandbox.accepted(type)]).toMatchObject([type, [{ counted: 1, copies: 1 }]]);
});

test('a bad record harms none beside it, whether the platform names it or not', async () => {
  const { sandbox, relay } = await relayTo(['meta', 'linkedin'], {
    // A customer's map that spoils one event in a way that only the platform notices.
    map: (payload: { event_id?: string }) =>
      JSON.stringify(payload).includes('ord_3')
        ? { ...payload, event_time: 1, elements: [{ eventId: 7 }] }
        : payload,
  });
  await capture(relay, ...[1, 2, 3, 4, 5].map((n) => order(n)));
  await deliveriesOf(relay, 'ord_1_purchase');
  await deliveriesOf(relay, 'ord_5_purchase');
  const [failed] = await deliveriesOf(relay, 'ord_3_purchase', 'failed');
  expect(failed?.reason).toMatch(/^reject: /);
  expect(sandbox.accepted('meta')).toHaveLength(4);
  expect(sandbox.accepted('linkedin')).toHaveLength(4);
});

test('J an event that its deadline overtakes while others are sent before it is not sent', async () => {
  const sent: string[] = [];
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const slow = {
    type: 'slow',
    title: 'Slow',
    api: { version: '1' },
    settings: {},
    limits: { perRequest: 1, maxAgeMs: 3_600_000 },
    consent: [],
    events: 'all',
    deduplicates: 'event_id',
    map: ({ event_id }) => ({ payload: { event_id } }),
    // Nothing leaves; the clock says that it took half a minute.
    request([payload]) {
      sent.push(payload?.event_id ?? '');
      ahead += 30_000;
      return undefined;
    },
    read: () => ({ all: { class: 'ok' } }),
  } satisfies Destination<CommonSettings<{ event_id: string }>, { event_id: string }>;
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [{ environment: 'production', secret }],
    destinations: { slow: { destination: slow, holdMs: 0 } },
    now,
  });
  open.push(relay);
  const dated = (n: number, ageMs: number): WireEvent =>
    order(n, { user_id: 'cust_1', occurred_at: new Date(now() - ageMs).toISOString() });
  await capture(relay, dated(1, 0), dated(2, 3_600_000 - 20_000), dated(3, 0));
  const [failed] = await deliveriesOf(relay, 'ord_2_purchase', 'failed');
  expect(failed?.reason).toMatch(/^event_too_old: occurred_at/);
  await deliveriesOf(relay, 'ord_3_purchase');
  expect(sent).toEqual(['ord_1_purchase', 'ord_3_purchase']);
});

test('what cannot be mapped is kept with its reason', async () => {
  const { relay } = await relayTo(['meta', 'tiktok']);
  await capture(relay, order(1, { consent: { ad_user_data: 'denied' } }));
  const skipped = await deliveriesOf(relay, 'ord_1_purchase', 'skipped');
  expect(skipped.map(({ reason }) => reason)).toEqual(
    Array.from({ length: 2 }, () => expect.stringMatching(/^consent_denied: /)),
  );
});

test('W-42 what was sent of an event is kept with the answer, without anything about a person', async () => {
  const { relay } = await relayTo(['meta', 'google', 'webhook']);
  await call(relay, '/api/identify', {
    user_id: 'cust_11',
    traits: { email_sha256: 'a'.repeat(64), first_name: 'Jane' },
  });
  const context = { ip: '198.51.100.7', user_agent: 'Mozilla/5.0', click_ids: { gclid: 'g1' } };
  await capture(relay, order(1, { context }));
  const deliveries = await deliveriesOf(relay, 'ord_1_purchase');
  for (const { destination, answer } of deliveries) {
    expect([destination, answer?.sent]).toEqual([destination, expect.stringContaining('ord_1')]);
    expect(answer?.sent).toContain('EUR');
    expect(answer?.sent).not.toMatch(/cust_11|Jane|aaaa|198\.51|Mozilla|"g1"/);
  }
  expect(deliveries.find(({ destination }) => destination === 'meta')?.answer?.sent).toContain(
    '"event_name":"Purchase"',
  );
});

test('an answer that is lost is sent again under the same id, and counts once', async () => {
  const { sandbox, relay } = await relayTo(['meta']);
  sandbox.fail('meta', 'answer_lost', 'server_error', 'cut');
  await capture(relay, order(1));
  await deliveriesOf(relay, 'ord_1_purchase');
  expect(sandbox.accepted('meta')).toMatchObject([{ counted: 1, copies: 3 }]);
});

test('where a repeat would count twice, an unknown outcome is reported and not sent again', async () => {
  const { sandbox, relay } = await relayTo(['ga4']);
  sandbox.fail('ga4', 'answer_lost');
  await capture(relay, order(1, { event: 'login', event_id: 'login_1', properties: {} }));
  const [failed] = await deliveriesOf(relay, 'login_1', 'failed');
  expect(failed?.reason).toMatch(/^unknown_outcome: /);
  expect(sandbox.accepted('ga4')).toMatchObject([{ counted: 1, copies: 1 }]);
});

test('J where a repeat would count twice, what never left is sent when the platform can be reached again', async () => {
  const gone = await startSandbox();
  await gone.close();
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [{ environment: 'production', secret }],
    destinations: { ga4: { ...gone.settings.ga4, holdMs: 0 } },
  });
  open.push(relay);
  await capture(relay, order(1, { event: 'login', event_id: 'login_1', properties: {} }));
  await expect
    .poll(async () => {
      const record = (await (await call(relay, '/api/events/login_1')).json()) as EventRecord;
      return record.deliveries[0];
    })
    .toMatchObject({ status: 'pending', reason: 'retry: the connection was refused' });
  const back = await startSandbox({ port: Number(new URL(gone.url).port) });
  open.push(back);
  await deliveriesOf(relay, 'login_1');
  expect(back.accepted('ga4')).toMatchObject([{ counted: 1, copies: 1 }]);
});

test('a token that ends is renewed once, and nobody hears of it', async () => {
  const { sandbox, relay, alerts } = await relayTo(['salesforce']);
  await capture(relay, order(1));
  await deliveriesOf(relay, 'ord_1_purchase');
  sandbox.fail('salesforce', 'unauthorized');
  await capture(relay, order(2));
  await deliveriesOf(relay, 'ord_2_purchase');
  expect(alerts).toEqual([]);
});

test('a key that is not taken holds its own destination, is reported once, and no other waits', async () => {
  const { sandbox, relay, alerts } = await relayTo(['meta', 'tiktok']);
  sandbox.fail('meta', 'unauthorized');
  await capture(relay, order(1), order(2));
  await expect.poll(() => sandbox.accepted('tiktok').length, { timeout: 30_000 }).toBe(2);
  await expect
    .poll(() => alerts, { timeout: 30_000 })
    .toMatchObject([{ destination: 'meta', kind: 'auth_broken', state: 'began' }]);
  const record = (await (await call(relay, '/api/events/ord_1_purchase')).json()) as EventRecord;
  expect(record.deliveries.find(({ destination }) => destination === 'meta')).toMatchObject({
    status: 'pending',
    reason: expect.stringMatching(/^auth_broken: /),
  });
});

test('the customer id of the server and the click ids of the page leave together', async () => {
  const { sandbox, relay } = await relayTo(['meta'], { holdMs: 300 });
  await capture(
    relay,
    order(1, { user_id: undefined, anonymous_id: 'anon_1', context: { click_ids: { fbp: 'fb.1.1.2' } } }),
  );
  await capture(relay, order(1, { context: {} }));
  await deliveriesOf(relay, 'ord_1_purchase');
  expect(sandbox.accepted('meta')).toMatchObject([
    { record: { user_data: { fbp: 'fb.1.1.2', external_id: [expect.any(String)] } } },
  ]);
});

test('consent that is withdrawn meanwhile holds', async () => {
  const { sandbox, relay } = await relayTo(['meta'], { holdMs: 500 });
  await capture(relay, order(1));
  await call(relay, '/api/identify', { user_id: 'cust_11', traits: {}, consent: { ad_user_data: 'denied' } });
  await deliveriesOf(relay, 'ord_1_purchase', 'skipped');
  expect(sandbox.requests('meta')).toBe(0);
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook } from '@tracklayer/node';
import { startSandbox } from '@tracklayer/destinations/sandbox';
import type { Destination } from '@tracklayer/destinations';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  createRelay,
  createSqliteStore,
  type Alert,
  type NotifySettings,
  type Relay,
} from '../../src/index.ts';
import { configureDestinations } from '../../src/deliver/configured.ts';
import { watchDestinations } from '../../src/deliver/watch-destinations.ts';
import { configureNotify } from '../../src/notify/configure-notify.ts';
import { sendNotices } from '../../src/notify/send-notices.ts';
import { paidOrder } from '../events.ts';
import { captureAt, received, received_at } from '../store/suite.ts';

// The first try again waits in real time, with jitter up to a second.
vi.setConfig({ testTimeout: 20_000 });

const secret = 'a-secret-of-sixteen-characters';
const key = 'tlk_test_0123456789abcdef';

interface Heard {
  type: string;
  id: string;
  at: string;
  environment: string;
  data: Record<string, unknown>;
}

/** A server that hears notices, and checks who sent them. */
async function startListener(statuses: number[] = []) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const signature = String(request.headers['tracklayer-signature']);
      const status = verifyWebhook({ signature, body, secret }) ? (statuses.shift() ?? 204) : 401;
      if (status === 204) heard.push(JSON.parse(body.toString()) as Heard);
      response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { heard, hook: { url: `http://127.0.0.1:${port}/hooks`, secret, allowPrivate: true } };
}

async function relayThatTells(notify: NotifySettings, type: 'meta' | 'heap' = 'meta') {
  const sandbox = await startSandbox();
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [{ environment: 'production', secret: key }],
    destinations: { [type]: { ...sandbox.settings[type], holdMs: 0 } },
    ...(type === 'heap' && { traits: {} }),
    notify,
  });
  onTestFinished(async () => {
    await relay.close();
    await sandbox.close();
  });
  return { capture: (event: object) => captureBy(relay, event), sandbox };
}

const captureBy = (relay: Relay, event: object): Promise<Response> =>
  relay.fetch(
    new Request('http://relay.test/api/capture', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batch: [event] }),
    }),
  );

const order = (n: number) => ({
  event: 'purchase',
  event_id: `ord_${n}_purchase`,
  user_id: 'cust_2048',
  occurred_at: new Date().toISOString(),
  properties: { order_id: `ord_${n}`, value: 129.95, currency: 'EUR' },
  consent: { ad_user_data: 'granted', ad_personalization: 'granted', analytics: 'granted' },
});

test('W-44 a delivery that is final is reported in a signed request, until the server takes it', async () => {
  const { heard, hook } = await startListener([503]);
  const { capture } = await relayThatTells({ ...hook, on: ['event.delivered'] });
  await capture(order(1));
  await expect.poll(() => heard, { timeout: 15_000 }).toHaveLength(1);
  expect(heard[0]).toMatchObject({
    type: 'event.delivered',
    environment: 'production',
    data: { event: 'purchase', event_id: 'ord_1_purchase', destination: 'meta' },
  });
  expect(JSON.stringify(heard)).not.toContain('cust_2048');
});

test('W-44 a computed trait is reported when Heap holds it, and not again while it stays', async () => {
  const { heard, hook } = await startListener();
  const { capture, sandbox } = await relayThatTells({ ...hook, on: ['trait.changed'] }, 'heap');
  await capture(order(1));
  await expect.poll(() => heard, { timeout: 15_000 }).toHaveLength(1);
  expect(heard[0]).toMatchObject({
    type: 'trait.changed',
    data: { user_id: 'cust_2048', destination: 'heap', traits: { match_quality: expect.any(Number) } },
  });
  expect(sandbox.members('heap', 'users').has('cust_2048')).toBe(true);
  await capture(order(2));
  await expect.poll(() => sandbox.accepted('heap').length, { timeout: 15_000 }).toBe(2);
  expect(heard).toHaveLength(1);
});

test('W-44 an alert is sent once: a token that is not taken', async () => {
  const { heard, hook } = await startListener();
  const { capture, sandbox } = await relayThatTells(hook);
  sandbox.fail('meta', 'unauthorized');
  await capture(order(1));
  await expect.poll(() => heard, { timeout: 15_000 }).toHaveLength(1);
  expect(heard[0]).toMatchObject({
    type: 'alert',
    data: { kind: 'auth_broken', state: 'began', destination: 'meta' },
  });
});

test('W-44 an alert is sent although its relay was killed as soon as the destination was held', async () => {
  const { heard, hook } = await startListener();
  const sandbox = await startSandbox();
  const store = createSqliteStore({ path: ':memory:' });
  let isDead = false;
  const dying = new Proxy(store, {
    get: (target, name) =>
      async function call(...given: readonly unknown[]): Promise<unknown> {
        if (name === 'close') return undefined;
        if (isDead) throw new Error('killed');
        const method = Reflect.get(target, name) as (...values: readonly unknown[]) => Promise<unknown>;
        const result = await method(...given);
        isDead ||= name === 'settleDeliveries';
        return result;
      },
  });
  const keys = [{ environment: 'production', secret: key }];
  const destinations = { meta: { ...sandbox.settings.meta, holdMs: 0 } };
  sandbox.fail('meta', 'unauthorized');
  const killed = createRelay({ store: dying, keys, destinations, notify: hook });
  await captureBy(killed, order(1));
  await expect.poll(() => isDead, { timeout: 15_000 }).toBe(true);
  const relay = createRelay({ store, keys, destinations, notify: hook });
  onTestFinished(async () => {
    await relay.close();
    await killed.close();
    await sandbox.close();
  });
  await expect.poll(() => heard, { timeout: 15_000 }).toHaveLength(1);
  expect(heard[0]).toMatchObject({ type: 'alert', data: { kind: 'auth_broken', state: 'began' } });
});

test('W-44 a notice that nobody takes for three days goes, and that is said', async () => {
  const { hook } = await startListener([500, 500]);
  const known = configureNotify(hook, ['production']);
  if (!known) throw new Error('there is a hook');
  const errors: unknown[] = [];
  const now = Date.now();
  const notice = { environment: 'production', notice_id: 'n', type: 'alert', data: {}, attempts: 9 } as const;
  const { createSendRequest } = await import('../../src/deliver/send-request.ts');
  const { signal } = new AbortController();
  const send = createSendRequest(true);
  const calls = {
    send,
    tokens: { access: async () => ({ now }), drop: () => false },
    now: () => now,
    random: () => 1,
    signal,
    onError: (error: unknown) => void errors.push(error),
  };
  const until = now + 60_000;
  const young = await sendNotices({ rows: [{ ...notice, at: now }], until }, known, calls);
  expect(young).toEqual({
    settled: [{ environment: 'production', notice_id: 'n', due_at: now + 300_000 }],
    sign: { arrived: false, failed: true },
  });
  const old = await sendNotices({ rows: [{ ...notice, at: now - 260_000_000 }], until }, known, calls);
  expect(old.settled).toEqual([{ environment: 'production', notice_id: 'n' }]);
  expect(String(errors[0])).toContain('[undelivered] a notice (alert) was not accepted for three days');
});

test.each([
  ['no address', { secret }, /`url` is missing/],
  ['a short secret', { url: 'https://example.com/hooks', secret: 'short' }, /`secret` does not look right/],
  ['a private address', { url: 'http://169.254.169.254/', secret }, /`url`/],
  [
    'another word',
    { url: 'https://example.com/hooks', secret, on: ['purchase'] },
    /notify\.on must be a list of/,
  ],
])('W-44 a hook with %s is refused when the relay starts', (_, settings, message) => {
  expect(() => configureNotify(settings as NotifySettings, ['production'])).toThrow(message);
});

test('W-44 a backlog and a sunset are reported once when they begin and once when they end, by one relay of many', async () => {
  const store = createSqliteStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  await captureAt(received_at, store, paidOrder());
  const planned = [{ destination: 'acme', due_at: received_at }];
  const messages = [received(paidOrder({ event_id: 'ord_2_purchase' }), planned)];
  await store.capture({ environment: 'production', received_at, messages });
  const acme = {
    type: 'acme',
    title: 'Acme',
    api: { version: '1', sunset: '2027-01-20' },
    settings: {},
    map: () => ({ payload: {} }),
    request: () => undefined,
    read: () => ({ all: { class: 'ok' } }),
    limits: { perRequest: 1 },
    consent: [],
    events: 'all',
    deduplicates: 'yes',
  } as unknown as Destination<never, never>;
  const destinations = configureDestinations({ acme: { destination: acme } }, ['production']);
  const look = async (minutes: number): Promise<string[]> => {
    const alerts: Alert[] = [];
    const now = (): number => received_at + minutes * 60_000;
    const onAlert = (alert: Alert): void => void alerts.push(alert);
    const relay = { store, destinations, now, onAlert, noticeOf: () => undefined };
    await Promise.all([watchDestinations(relay), watchDestinations(relay)]);
    return alerts.map(({ kind, state }) => `${kind} ${state}`);
  };
  expect(await look(10)).toEqual(['sunset began']);
  expect(await look(11)).toEqual(['backlog began']);
  expect(await look(12)).toEqual([]);
  await store.changeQueue('production/acme', (state) => ({ state: { ...state, paused: true } }));
  expect(await look(13)).toEqual(['backlog ended']);
  const newer = configureDestinations({ acme: { destination: acme, version: '2' } }, ['production']);
  destinations.splice(0, 1, ...newer);
  expect(await look(14)).toEqual(['sunset ended']);
});

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  destinations,
  mapEvent,
  type AcceptedEvent,
  type AnyDestination,
  type CommonSettings,
} from '../src/index.ts';
import { startSandbox, type Sandbox, type SandboxType } from '../src/sandbox/index.ts';
import { known, now, paidOrder } from './destinations-with.ts';
import { send } from './send.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ now: () => now });
});
afterAll(() => sandbox.close());
afterEach(() => sandbox.reset());

const types = [
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
const settingsOf = (type: SandboxType): CommonSettings => sandbox.settings[type] as CommonSettings;

function deliver(
  type: SandboxType,
  events: readonly AcceptedEvent[],
  change = (payload: object): object => payload,
) {
  const destination: AnyDestination = destinations[type];
  const mapped = events.map((event) => mapEvent(destination, event, known, settingsOf(type), { now }));
  const payloads = mapped.flatMap((one) => ('payload' in one ? [change(one.payload as object)] : []));
  return send(destination, settingsOf(type), payloads);
}

test.each(types)('%s takes what its destination sends, once', async (type) => {
  await expect(deliver(type, [paidOrder()])).resolves.toMatchObject(
    type === 'linkedin' || type === 'hubspot' || type === 'salesforce'
      ? { each: [{ class: 'ok' }] }
      : { all: { class: 'ok' } },
  );
  await deliver(type, [paidOrder()]);
  expect(sandbox.accepted(type)).toMatchObject([{ counted: 1, copies: 2 }]);
});

test('Google calls a record that it has a duplicate, by its second answer', async () => {
  await deliver('google', [paidOrder()]);
  await expect(deliver('google', [paidOrder()])).resolves.toMatchObject({ each: [{ class: 'duplicate' }] });
});

test('GA4 counts everything but purchases each time it comes', async () => {
  const login = paidOrder({ event: 'login', event_id: 'login_1', properties: {} });
  await deliver('ga4', [login]);
  await deliver('ga4', [login]);
  expect(sandbox.accepted('ga4')).toMatchObject([{ counted: 2 }]);
});

test.each(['meta', 'google', 'linkedin', 'heap'] as const)(
  '%s fails the whole batch for one bad record',
  async (type) => {
    const orders = [1, 2, 3].map((n) =>
      paidOrder({
        event_id: `ord_${n}_purchase`,
        properties: { order_id: `ord_${n}`, value: 1, currency: 'EUR' },
      }),
    );
    const spoil = (payload: object): object =>
      JSON.stringify(payload).includes('ord_2')
        ? {
            ...payload,
            event_time: 1,
            transactionId: 7,
            event: 7,
            ...('elements' in payload && { elements: [{}] }),
          }
        : payload;
    const reading = await deliver(type, orders, spoil);
    expect(reading).toMatchObject({ all: { class: 'reject' } });
    expect(sandbox.accepted(type)).toEqual([]);
    // Where the platform names the record, the destination does.
    const isNamed = type === 'google' || type === 'linkedin';
    expect('culprits' in reading && reading.culprits).toEqual(isNamed ? [1] : false);
  },
);

test('HubSpot and Salesforce refuse record by record', async () => {
  const orders = [1, 2].map((n) => paidOrder({ event_id: `ord_${n}_purchase`, user_id: `cust_${n}1` }));
  const spoil = (payload: object): object =>
    JSON.stringify(payload).includes('cust_21')
      ? { ...payload, properties: { n: 1 }, User_Id__c: '' }
      : payload;
  for (const type of ['hubspot', 'salesforce'] as const) {
    await expect(deliver(type, orders, spoil)).resolves.toMatchObject({
      each: [{ class: 'ok' }, { class: 'reject' }],
    });
  }
});

test('HubSpot and Salesforce take a person who buys twice within one batch', async () => {
  const orders = [1, 2].map((n) => paidOrder({ event_id: `ord_${n}_purchase` }));
  for (const type of ['hubspot', 'salesforce'] as const) {
    await expect(deliver(type, orders)).resolves.toMatchObject({ each: [{ class: 'ok' }, { class: 'ok' }] });
    expect([type, sandbox.accepted(type)]).toMatchObject([type, [{ copies: 1 }]]);
  }
});

test('TikTok is strict about age', async () => {
  const old = (payload: object): object => ({
    ...payload,
    event_time: Math.floor(now / 1_000) - 7 * 86_400 - 1,
  });
  await expect(deliver('tiktok', [paidOrder()], old)).resolves.toMatchObject({ all: { class: 'reject' } });
});

test.each([
  ['meta', 'retry', 'auth_broken'],
  ['google', 'retry', 'refresh_auth'],
  ['linkedin', 'retry', 'refresh_auth'],
  ['hubspot', 'retry', 'auth_broken'],
  ['salesforce', 'retry', 'refresh_auth'],
  ['tiktok', 'retry', 'auth_broken'],
] as const)('%s: scripted faults are read as what they are', async (type, busy, unauthorized) => {
  const isTokenFirst = type === 'google' || type === 'salesforce';
  // Its token is asked for first, and is not what is to fail.
  const pass = isTokenFirst ? [{ status: 200, body: { access_token: 'x', expires_in: 60 } }] : [];
  sandbox.fail(
    type,
    ...pass,
    'server_error',
    ...pass,
    'throttled',
    ...pass,
    'unauthorized',
    ...pass,
    'html',
    ...pass,
    'sunset',
  );
  const words = [];
  for (let n = 0; n < 5; n += 1) {
    const reading = await deliver(type, [paidOrder()]);
    words.push('all' in reading ? reading.all.class : 'each');
  }
  expect(words).toEqual([busy, 'throttle', unauthorized, 'retry', 'config']);
});

test('an answer that is lost leaves the record taken, and the repeat counts nothing', async () => {
  sandbox.fail('meta', 'answer_lost');
  await expect(deliver('meta', [paidOrder()])).rejects.toThrow('fetch failed');
  expect(sandbox.accepted('meta')).toMatchObject([{ counted: 1 }]);
  await deliver('meta', [paidOrder()]);
  expect(sandbox.accepted('meta')).toMatchObject([{ counted: 1, copies: 2 }]);
});

test('a limit of requests a minute is kept', async () => {
  const narrow = await startSandbox({ now: () => now, requestsPerMinute: 1 });
  const given = { ...narrow.settings.meta };
  const mapped = mapEvent(destinations.meta, paidOrder(), known, given, { now });
  const payloads = 'payload' in mapped ? [mapped.payload] : [];
  await expect(send(destinations.meta, given, payloads)).resolves.toMatchObject({ all: { class: 'ok' } });
  await expect(send(destinations.meta, given, payloads)).resolves.toMatchObject({
    all: { class: 'throttle' },
  });
  await narrow.close();
});

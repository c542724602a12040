import { expect, test } from 'vitest';
import type { Verification } from '../../src/verify/verification.ts';
import { verifyPath } from '../../src/verify/verify-path.ts';
import { paidOrder, signedUp } from '../events.ts';
import { heapEntry } from '../registry/entries.ts';
import { now, readOnly, secret, verifiedRelay } from './verified-relay.ts';

const ordered = { order_id: 'ord_10492' };
const granted = { ad_user_data: 'granted', analytics: 'granted' } as const;
const order = (more: Parameters<typeof paidOrder>[0] = {}) => paidOrder({ consent: granted, ...more });

const verdicts = ({ checks }: Verification): string[] =>
  checks.map(({ check, verdict, word }) => [check, verdict, word].filter(Boolean).join(' '));
const wordsOf = ({ checks }: Verification): unknown[] =>
  checks.flatMap(({ verdict, word }) => (verdict === 'ok' ? [] : [word]));

test('a controlled purchase that goes all the way is good, is marked as a test, and counts once', async () => {
  const { options, store } = verifiedRelay();
  const verification = await verifyPath(options);
  expect(verdicts(verification)).toEqual([
    'arrival ok',
    'user_id ok',
    'business_id ok',
    'event_id ok',
    'downstream ok',
    'timestamp ok',
    'consent ok',
    'value ok',
  ]);
  expect(verification).toMatchObject({ status: 'good', event: 'purchase', user_id: 'cust_2048' });
  const { events } = await store.events('production', { limit: 10 });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ copies: 2, event: { source: 'verify', context: { test: true } } });
  expect(verification.event_id).toBe(events[0]?.event.event_id);
});

test.each(['sign_up', 'generate_lead', 'add_to_cart', 'login'])(
  'a controlled %s is good too',
  async (event) => {
    const { options } = verifiedRelay();
    expect(wordsOf(await verifyPath({ ...options, event }))).toEqual([]);
  },
);

test('W-57 what is verified stands in no address', async () => {
  const { options } = verifiedRelay();
  const asked: string[] = [];
  const fetch = (request: Request): Promise<Response> => {
    asked.push(request.url);
    return options.fetch(request);
  };
  await verifyPath({ ...options, event: 'sign_up', fetch });
  expect(asked.length).toBeGreaterThan(2);
  expect(asked.filter((url) => url.includes('cust_2048'))).toEqual([]);
});

test('with live the controlled event may go where the test mode is live data', async () => {
  const { options, store } = verifiedRelay();
  await verifyPath({ ...options, live: true });
  const { events } = await store.events('production', { limit: 1 });
  expect(events[0]?.event.context).toMatchObject({ test: 'live' });
});

test('an event that is known by its order is followed, and nothing is sent', async () => {
  const { options, capture, store } = verifiedRelay();
  await capture(order());
  await capture(order({ source: 'server' }));
  const verification = await verifyPath({ ...options, properties: ordered });
  expect(verification.status).toBe('good');
  expect(verification.checks.find(({ check }) => check === 'value')?.seen).toBe('129.95 EUR in 2 copies');
  expect((await store.events('production', { limit: 10 })).events).toHaveLength(1);
});

test('watch finds the event that the app captures meanwhile, a visitor known by an identify too', async () => {
  const { options, capture, relay } = verifiedRelay();
  await capture(
    order({ event_id: 'ord_old_purchase', properties: { order_id: 'ord_old', value: 1, currency: 'EUR' } }),
  );
  await capture(signedUp(), 'identify');
  let calls = 0;
  const { user_id: _, ...anonymous } = order();
  const verification = await verifyPath({
    ...options,
    watch: true,
    timeoutMs: 60_000,
    async fetch(request) {
      // Between the look before and the first look after it.
      if (++calls === 2) await capture(anonymous);
      return relay.fetch(request);
    },
  });
  expect(verification).toMatchObject({ status: 'good', event_id: 'ord_10492_purchase' });
});

test('watch that sees nothing is waiting, and says that the user was never seen', async () => {
  const { options, capture } = verifiedRelay();
  const unseen = await verifyPath({ ...options, watch: true });
  expect([unseen.status, unseen.event_id, wordsOf(unseen)]).toEqual(['waiting', null, ['user_unknown']]);
  await capture(order({ event: 'sign_up', event_id: 'cust_2048_sign_up', properties: {} }));
  expect(wordsOf(await verifyPath({ ...options, watch: true }))).toEqual(['not_arrived']);
});

test('a wait that is broken off returns what is known', async () => {
  const { options } = verifiedRelay();
  const signal = AbortSignal.abort();
  const verification = await verifyPath({ ...options, watch: true, timeoutMs: 3_600_000, signal });
  expect(verification.status).toBe('waiting');
});

test.each([
  ['an entry that is a draft', heapEntry({ status: 'draft' }), [], 'not_approved'],
  [
    'a label that was renamed',
    heapEntry(),
    [{ source: 'heap', source_event: 'order completed', count: 3 }],
    'label_renamed',
  ],
])('of an event that does not come, %s is named', async (_, entry, sightings, word) => {
  const { options, store } = verifiedRelay();
  await store.putRegistry('production', { replaces: 0, entries: [entry], at: now - 1_000 });
  if (sightings.length > 0)
    await store.addSightings({ environment: 'production', received_at: now, sightings });
  const verification = await verifyPath({ ...options, watch: true });
  expect([verification.status, wordsOf(verification)]).toEqual(['failed', [word]]);
});

test.each([
  ['a user that differs', [order({ user_id: 'cust_9' })], ['user_differs']],
  [
    'an id that is too coarse',
    [order(), order({ user_id: 'cust_9' })],
    ['user_differs', 'event_id_too_coarse'],
  ],
  [
    'a value that changed on the way',
    [order(), order({ properties: { ...order().properties, value: 12_995 } })],
    ['value_differs'],
  ],
  ['consent that is denied', [order({ consent: { ad_user_data: 'denied' } })], ['consent_denied']],
  [
    'an id of its own beside the one that the order makes',
    [order(), order({ event_id: 'browser-1' })],
    ['two_candidates'],
  ],
])('%s is named rightly, and fails', async (_, events, words) => {
  const { options, capture } = verifiedRelay();
  for (const event of events) await capture(event);
  const verification = await verifyPath({ ...options, properties: ordered });
  expect([verification.status, wordsOf(verification)]).toEqual(['failed', words]);
  expect(
    verification.checks.filter(({ verdict }) => verdict === 'failed').every(({ advice }) => advice),
  ).toBe(true);
});

test('a rejected event is reported with its reason, without a wait', async () => {
  const { options, relay } = verifiedRelay();
  const { currency: _, ...withoutCurrency } = order().properties ?? {};
  await relay.fetch(
    new Request('https://relay.test/api/capture', {
      method: 'POST',
      body: JSON.stringify({ ...order(), properties: withoutCurrency }),
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    }),
  );
  const verification = await verifyPath({ ...options, properties: ordered, timeoutMs: 3_600_000 });
  expect(wordsOf(verification)).toEqual(['rejected']);
  expect(verification.checks[0]?.seen).toMatch(/^rejected: properties\.currency/);
});

test('W-13 a clock that is off by an hour is reported', async () => {
  const { options, capture } = verifiedRelay();
  const hourAhead = new Date(now + 3_600_000).toISOString();
  await capture(order({ occurred_at: hourAhead, sent_at: hourAhead }));
  const verification = await verifyPath({ ...options, properties: ordered });
  expect(wordsOf(verification)).toEqual(['clock_off']);
  expect(verification.checks.find(({ check }) => check === 'timestamp')?.seen).toContain('3600 s ahead');
});

test.each([
  [
    'a token that is broken',
    [{ status: 'failed', reason: 'the token was revoked' }],
    undefined,
    'failed',
    ['not_accepted'],
  ],
  ['a delivery that waits', [{ status: 'pending', attempts: 0 }], undefined, 'waiting', ['still_pending']],
  ['no destination', [], undefined, 'failed', ['no_destination']],
  ['no destination, none asked for', [], 'none', 'good', []],
  ['a destination that is not there', [{}], 'ga4', 'failed', ['no_destination']],
  [
    'one that is asked for, beside a broken one',
    [{}, { destination: 'ga4', status: 'failed' }],
    'meta',
    'good',
    [],
  ],
] as const)('downstream: %s', async (_, deliveries, destination, status, words) => {
  const { options } = verifiedRelay(deliveries);
  const verification = await verifyPath({ ...options, destination });
  expect([verification.status, wordsOf(verification)]).toEqual([status, words]);
});

test.each([
  ['an event that nobody knows', { event: 'purchse' }, /^\[invalid_options\] .*did you mean purchase\?/],
  ['an unknown key', { key: 'tlk_unknown_0123456789' }, /^\[setup\] the relay answered 401/],
  ['a key without a scope', { key: readOnly }, /^\[setup\] the relay answered 403: .*events:write/],
  [
    'a property that makes no id',
    { properties: { order_id: 1.5 } },
    /^\[invalid_options\] properties\.order_id/,
  ],
  [
    'no relay',
    { fetch: () => Promise.reject(new TypeError('fetch failed')) },
    /^\[unreachable\] no relay answers/,
  ],
])('%s is told at once', async (_, more, message) => {
  const { options } = verifiedRelay();
  await expect(verifyPath({ ...options, ...more })).rejects.toThrow(message);
});

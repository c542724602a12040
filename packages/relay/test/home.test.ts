import { expect, onTestFinished, test } from 'vitest';
import { createRelay, createSqliteStore, type RelayOptions } from '../src/index.ts';
import { describeArrival, describeRefused } from '../src/cli/serve/describe-arrival.ts';
import type { Answered, Refused } from '../src/answered.ts';
import { paidOrder, signedUp } from './events.ts';

const secret = 'tlk_test_0123456789abcdef';
const powerless = 'tlk_powerless_0123456789';

function relayWith(options: Partial<RelayOptions> = {}) {
  const relay = createRelay({
    store: createSqliteStore({ path: ':memory:' }),
    keys: [
      { environment: 'production', secret },
      { environment: 'production', secret: powerless, scopes: ['audiences:write'] },
    ],
    ...options,
  });
  onTestFinished(() => relay.close());
  return (path: string, body?: object, key = secret, accept = '*/*') =>
    relay.fetch(
      new Request(`http://relay.test${path}`, {
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept },
      }),
    );
}

test('/ is a page for a browser and JSON for a program, both without a key', async () => {
  const call = relayWith();
  const page = await call('/', undefined, 'none', 'text/html,application/xhtml+xml,*/*;q=0.8');
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-\S+'/);
  expect(await page.text()).toContain('TrackLayer relay');
  const json = await call('/', undefined, 'none');
  expect(await json.json()).toMatchObject({ name: 'TrackLayer relay', openapi: '/api/openapi.json' });
});

test('each message that is answered is an arrival, and reads as one line', async () => {
  const arrivals: Answered[] = [];
  const call = relayWith({ onAnswered: (arrival) => void arrivals.push(arrival) });
  const { currency: _, ...rest } = paidOrder().properties ?? {};
  await call('/api/capture', paidOrder());
  await call('/api/capture', {
    batch: [
      paidOrder({ properties: { ...paidOrder().properties, value: 1 } }),
      { ...paidOrder({ event_id: 'ord_2_purchase' }), properties: rest },
    ],
  });
  await call('/api/identify', signedUp());
  expect(arrivals.map((arrival) => describeArrival(arrival).slice('10:15:30 '.length))).toEqual([
    '✓ purchase ord_10492_purchase accepted, from heap',
    '= purchase ord_10492_purchase duplicate, from heap, contradicts the first copy',
    expect.stringMatching(/^✗ purchase ord_2_purchase rejected: properties\.currency /),
    '✓ identify accepted, from server',
  ]);
  // A person who watches sees no personal value (P-5).
  expect(JSON.stringify(arrivals)).not.toContain('cust_2048');
});

test('a request that is refused because of its key is logged and counted', async () => {
  const refused: Refused[] = [];
  const call = relayWith({ onRefused: (one) => void refused.push(one) });
  await call('/api/events/ord_1_purchase', undefined, 'tlk_unknown_0123456789');
  await call('/api/capture', paidOrder(), powerless);
  expect(refused.map((one) => describeRefused(one, 0).slice('10:15:30 '.length))).toEqual([
    '✗ GET /api/events/:event_id refused with 401: send Authorization: Bearer <key> with a key of this relay',
    '✗ POST /api/capture refused with 403: this key lacks the scope events:write',
  ]);
  const metrics = await (await call('/metrics')).text();
  expect(metrics).toContain('tracklayer_refused_requests_total{status="401"} 1');
  expect(metrics).toContain('tracklayer_refused_requests_total{status="403"} 1');
});

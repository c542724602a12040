import { expect, onTestFinished, test } from 'vitest';
import { createRelay } from '../../src/index.ts';
import type { Drift } from '../../src/drift/drift.ts';
import { paidOrder } from '../events.ts';
import { heapEntry } from '../registry/entries.ts';
import { freshStore } from '../fresh-store.ts';

const secret = 'tlk_test_0123456789abcdef';

function freshRelay() {
  const store = freshStore();
  const clock = { now: Date.parse('2026-11-23T10:16:00.000Z') };
  const relay = createRelay({
    store,
    keys: [{ environment: 'production', secret }],
    now: () => clock.now,
  });
  onTestFinished(() => relay.close());
  const call = (path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> =>
    relay.fetch(
      new Request(`http://relay.test${path}`, {
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
      }),
    );
  return { store, clock, call };
}

test('W-38 what was captured and sighted last week is compared with this week', async () => {
  const { store, clock, call } = freshRelay();
  await store.putRegistry('production', { replaces: 0, entries: [heapEntry()], at: clock.now });
  const sightings = [{ source: 'heap', source_event: 'Order Completed', count: 4 }];
  await call('/api/capture', paidOrder());
  expect(await (await call('/api/drift', { sightings })).json()).toEqual({ received: 1 });

  clock.now += 9 * 86_400_000;
  const { currency: _, ...rest } = paidOrder().properties ?? {};
  const later = { ...paidOrder({ event_id: 'o_2_sign_up', event: 'sign_up' }), properties: rest };
  await call('/api/capture', later);
  await call('/api/capture', {
    ...paidOrder({ event_id: 'ord_2_purchase' }),
    properties: { ...paidOrder().properties, coupon: 'X' },
  });
  await call('/api/drift', { sightings: [{ ...sightings[0], source_event: 'order completed' }] });

  const drift = (await (await call('/api/drift?event=purchase&since=7d')).json()) as Drift;
  expect(drift).toMatchObject({
    since: '2026-11-26',
    events: [{ event: 'purchase', copies: 1, added: [{ path: 'coupon', share: 1 }] }],
    silent: [{ source_event: 'Order Completed', last_seen: '2026-11-23' }],
    near_misses: [{ source_event: 'order completed', expected: 'Order Completed', count: 4 }],
  });
});

test('P-4 a report of many events lets others have their turn between two of them', async () => {
  const { call } = freshRelay();
  await call('/api/capture', {
    batch: ['login', 'search', 'page_view', 'share'].map((event) =>
      paidOrder({ event, event_id: event, properties: {} }),
    ),
  });
  const report = call('/api/drift?since=7d').then(() => 'report');
  let turns = 0;
  const count = (): void => void (turns++, (counting = setImmediate(count)));
  let counting = setImmediate(count);
  onTestFinished(() => clearImmediate(counting));
  await report;
  expect(turns).toBeGreaterThanOrEqual(4);
});

test('W-15 W-38 sightings of a repeated request count once', async () => {
  const { store, call } = freshRelay();
  const body = { sightings: [{ source: 'heap', source_event: 'Order Completed', count: 4 }] };
  await call('/api/drift', body, { 'idempotency-key': 'key_1' });
  await call('/api/drift', body, { 'idempotency-key': 'key_1' });
  expect(await store.labels('production', '2026-11-01')).toMatchObject([{ count: 4 }]);
});

test.each([
  ['no list', {}, 'sightings'],
  [
    'an address as a label',
    { sightings: [{ source: 'heap', source_event: 'jane@example.com', count: 1 }] },
    'sightings.0.source_event',
  ],
  [
    'half a sighting',
    { sightings: [{ source: 'heap', source_event: 'A', count: 0.5 }] },
    'sightings.0.count',
  ],
])('W-7 W-38 %s is 422, and nothing of it is echoed', async (_, body, path) => {
  const answer = await freshRelay().call('/api/drift', body);
  const text = await answer.text();
  expect([answer.status, JSON.parse(text)]).toMatchObject([
    422,
    { code: 'invalid_sightings', errors: [{ path }] },
  ]);
  expect(text).not.toContain('jane');
});

test.each(['0d', '91d', 'yesterday', '2026-13-01'])('W-38 since=%s is 400', async (since) => {
  const answer = await freshRelay().call(`/api/drift?since=${since}`);
  expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_query' }]);
});

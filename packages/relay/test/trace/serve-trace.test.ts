import { expect, onTestFinished, test } from 'vitest';
import { createRelay } from '../../src/index.ts';
import { destinationHops } from '../../src/trace/destination-hops.ts';
import type { TraceFacts } from '../../src/trace/facts.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { paidOrder, signedUp } from '../events.ts';
import { heapEntry } from '../registry/entries.ts';
import { freshStore } from '../fresh-store.ts';

const secret = 'tlk_test_0123456789abcdef';

function freshRelay() {
  const clock = { now: Date.parse('2026-11-23T10:15:31.000Z') };
  const store = freshStore();
  const relay = createRelay({ store, keys: [{ environment: 'production', secret }], now: () => clock.now });
  onTestFinished(() => relay.close());
  const call = (path: string, body?: object) =>
    relay.fetch(
      new Request(`http://relay.test${path}`, {
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      }),
    );
  const trace = async (event_id: string) =>
    (await (await call(`/api/events/${event_id}/trace`)).json()) as Trace;
  return { clock, store, call, trace };
}

test('W-39 an event is traced with the registry that was in force when it came', async () => {
  const { clock, store, call, trace } = freshRelay();
  const put = (replaces: number, status: 'approved' | 'draft') =>
    store.putRegistry('production', { replaces, entries: [heapEntry({ status })], at: clock.now });
  await put(0, 'approved');
  clock.now += 1_000;
  await call('/api/identify', signedUp());
  await call('/api/capture', paidOrder());
  clock.now += 1_000;
  await put(1, 'draft');
  const { event, hops } = await trace('ord_10492_purchase');
  expect(event).toBe('purchase');
  expect(hops.map(({ hop, verdict }) => `${hop} ${verdict}`)).toEqual([
    'heap ok',
    'registry ok',
    'copies ok',
    'person ok',
    'consent missing',
    'destination missing',
  ]);
  expect(hops[1]?.value).toMatchObject({ version: 1 });
});

test('W-39 an id that never came is traced by the event that it ends in, another is 404', async () => {
  const { call, trace } = freshRelay();
  expect(await trace('ord_7_purchase')).toMatchObject({ event: 'purchase', hops: { length: 6 } });
  const answer = await call('/api/events/ord_7/trace');
  expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'not_found' })]);
});

test('W-39 an entry of a stored registry that cannot be used any more hides none of the others', async () => {
  const { clock, store, call, trace } = freshRelay();
  // As an older relay took it: today an add_to_cart without items is refused.
  const stale = heapEntry({
    source_event: 'Add',
    canonical_event: 'add_to_cart',
    properties: { value: 'price', currency: 'currency' },
  });
  await store.putRegistry('production', { replaces: 0, entries: [stale, heapEntry()], at: clock.now });
  await call('/api/capture', paidOrder());
  expect((await trace('ord_10492_purchase')).hops[1]).toMatchObject({ hop: 'registry', verdict: 'ok' });
});

test('W-39 a delivery that waits for somebody is shown as failed, with what to do', async () => {
  const hops = destinationHops({
    record: undefined,
    deliveries: [
      {
        destination: 'meta',
        status: 'pending',
        attempts: 2,
        reason: 'auth_broken: the session has expired',
        at: '2026-11-23T10:15:31.000Z',
      },
    ],
  } as unknown as TraceFacts);
  expect(hops).toMatchObject([
    { verdict: 'failed', advice: expect.stringContaining('give meta a valid token') },
  ]);
});

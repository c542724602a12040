import { expect } from 'vitest';
import type { ChoreStore, RetentionRule, Store } from '../../src/index.ts';
import { paidOrder, paidOrders, signedUp } from '../events.ts';
import { capture, captureAt, factsOf, identify, received, received_at, type OpenStore } from './suite.ts';

/** What every {@link ChoreStore} does. */
export function testChores(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact('a chore is one relay’s at a time, and falls to another when its lease ends', async (store) => {
    const chore = 'retention';
    const at = (now: number, lease: string) => store.takeChore({ chore, lease, now });
    expect(await Promise.all([at(1_000, 'one'), at(1_000, 'other')])).toEqual([{ progress: {} }, undefined]);
    expect(await store.settleChore({ chore, lease: 'other', due_at: 2_000, progress: {} })).toBe(false);
    expect(await at(60_999, 'other')).toBeUndefined();
    expect(await at(61_000, 'other')).toEqual({ progress: {} });
    expect(await store.settleChore({ chore, lease: 'one', due_at: 0, progress: {} })).toBe(false);
    const done = { chore, lease: 'other', due_at: 90_000, progress: { day: 1 } };
    expect(await store.settleChore(done)).toBe(true);
    expect(await at(89_999, 'three')).toBeUndefined();
    expect(await at(90_000, 'three')).toEqual({ progress: { day: 1 } });
  });

  fact('the environments that hold events or people are known', async (store) => {
    expect(await store.environments()).toEqual([]);
    await capture(store, ...paidOrders(2));
    await store.capture({ environment: 'development', received_at, messages: [received(paidOrder())] });
    expect(await store.environments()).toEqual(['development', 'production']);
    const said = { user_id: '1', occurred_at: new Date(received_at).toISOString() };
    await store.identify({ environment: 'staging', received_at, messages: [{ identify: said }] });
    expect(await store.environments()).toEqual(['development', 'production', 'staging']);
  });

  fact('events, identifies and reports are forgotten by their arrival, slice by slice', async (store) => {
    await capture(store, ...paidOrders(450));
    await captureAt(received_at + 1, store, paidOrder());
    await identify(store, signedUp());
    const report = { environment: 'production', received_at, messages: [], dropped: { expired: 1 } };
    await store.capture({ ...report, idempotency_key: 'req_1' });
    expect(await slices(store, { what: 'events', before: received_at + 1 })).toBe(3);
    expect((await store.events('production', { limit: 10 })).events).toHaveLength(1);
    await slices(store, { what: 'reports', before: received_at + 1 });
    await store.capture({ ...report, idempotency_key: 'req_1' });
    expect(await store.dropped('production')).toEqual({ expired: 2 });
    await slices(store, { what: 'identifies', before: received_at + 1 });
    // What followed from them is kept: a person is no message.
    expect(await store.traits('production', 'cust_2048')).toEqual({ plan: 'pro', country: 'DE' });
  });

  fact(
    'addresses and user agents are forgotten earlier than the rest, wherever they stand',
    async (store) => {
      const context = { ip: '203.0.113.7', user_agent: 'Firefox', locale: 'de', click_ids: { gclid: 'g_1' } };
      await capture(store, paidOrder({ context }));
      await identify(store, signedUp({ context }));
      await slices(store, { what: 'network', before: Date.parse('2026-11-23T10:00:00.000Z') });
      const [before] = await store.people('production', [{ user_id: 'cust_2048' }]);
      expect(Object.keys(before?.seen ?? {}).toSorted()).toEqual(['gclid', 'ip', 'locale', 'user_agent']);
      await slices(store, { what: 'network', before: received_at + 1 });
      const record = await store.event('production', 'ord_10492_purchase');
      expect(record?.event.context).toEqual({ locale: 'de', click_ids: { gclid: 'g_1' } });
      const [after] = await store.people('production', [{ user_id: 'cust_2048' }]);
      expect(Object.keys(after?.seen ?? {}).toSorted()).toEqual(['gclid', 'locale']);
    },
  );
}

/** Forgets all there is; the number of slices that it took. */
async function slices(
  store: Store & ChoreStore,
  rule: Pick<RetentionRule, 'what' | 'before'>,
): Promise<number> {
  for (let done = 1; ; done++) {
    if (!(await store.forgetSome({ environment: 'production', ...rule }))) return done;
  }
}

import { expect } from 'vitest';
import type { DeliveryStore, LeasedDelivery, SettledDelivery, Store } from '../../src/index.ts';
import { paidOrder, paidOrders } from '../events.ts';
import { factsOf, received, received_at, type OpenStore } from './suite.ts';

const queue = 'production/meta';
const hold = 5_000;
const due = received_at + hold;

/** What every {@link DeliveryStore} does. */
export function testDeliveries(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact('a delivery is planned with the copy that is accepted, and with no other', async (store) => {
    await plan(store, [paidOrder()]);
    await plan(store, [paidOrder()], ['meta', 'ga4']);
    const record = await store.event('production', 'ord_10492_purchase');
    expect(record?.deliveries).toEqual([
      { destination: 'meta', status: 'pending', attempts: 0, at: '2026-11-23T10:15:31.000Z' },
    ]);
    expect(await store.deliveriesOf('staging', 'ord_10492_purchase')).toEqual([]);
  });

  fact('due rows are taken in order of time, up to a limit, and by one lease only', async (store) => {
    await plan(store, visitors(3), ['meta'], [due + 2, due + 1, due + 3]);
    expect(await take(store, { now: due })).toMatchObject({ rows: [], next_due_at: due + 1 });
    const first = await take(store, { now: due + 9, limit: 2 });
    expect(first.rows.map(({ event_id }) => event_id)).toEqual(['ord_2_purchase', 'ord_1_purchase']);
    expect(first.rows[0]).toEqual({
      environment: 'production',
      event_id: 'ord_2_purchase',
      destination: 'meta',
      person: 'u:cust_2',
      event: 'purchase',
      planned_at: received_at,
      attempts: 0,
      note: null,
    });
    const second = await take(store, { now: due + 9 });
    expect(second.rows.map(({ event_id }) => event_id)).toEqual(['ord_3_purchase']);
    expect((await take(store, { now: due + 9 })).rows).toEqual([]);
    expect((await take(store, { now: due + 9, queue: 'production/ga4' })).rows).toEqual([]);
  });

  fact(
    'a note is on record while its row stays leased, and only for the lease that holds it',
    async (store) => {
      await plan(store, [paidOrder()]);
      const { lease, rows } = await take(store, {});
      const noted = rows.map((row) => ({ ...accepted(row), note: { sending: true } }));
      expect(await store.noteDeliveries({ queue, lease: 'another', noted })).toBe(0);
      expect(await store.noteDeliveries({ queue, lease, noted })).toBe(1);
      expect((await take(store, {})).rows).toEqual([]);
      expect((await take(store, { now: due + 600_000 })).rows).toMatchObject([{ note: { sending: true } }]);
    },
  );

  fact(
    'W-42 deliveries are listed by status, destination and the word of their reason, page by page',
    async (store) => {
      await plan(store, visitors(3), ['meta', 'ga4']);
      const { lease, rows } = await take(store, {});
      const settled = rows.map(accepted).map((row, n) => ({
        ...row,
        ...(n > 0 && {
          status: 'failed' as const,
          reason: n === 1 ? 'reject: HTTP 400' : 'rejected_by_hand',
        }),
      }));
      await settle(store, lease, settled);
      const list = async (query: object) =>
        (await store.deliveries('production', { limit: 10, ...query })).deliveries.map(
          ({ event_id }) => event_id,
        );
      expect(await list({ destination: 'meta', status: 'accepted' })).toEqual(['ord_1_purchase']);
      expect(await list({ reason: 'reject' })).toEqual(['ord_2_purchase']);
      expect(await list({ reason: 'r_ject' })).toEqual([]);
      expect(await list({ status: 'pending' })).toEqual([
        'ord_1_purchase',
        'ord_2_purchase',
        'ord_3_purchase',
      ]);
      const page = await store.deliveries('production', { limit: 3 });
      expect(page.deliveries.map(({ event_id, destination }) => [event_id, destination])).toEqual([
        ['ord_1_purchase', 'ga4'],
        ['ord_1_purchase', 'meta'],
      ]);
      const short = await store.deliveries('production', { limit: 1, after: 'ord_1_purchase' });
      expect(short.deliveries).toHaveLength(2);
      expect(short.next_cursor).toBe('ord_2_purchase');
      expect(await store.deliveries('production', { limit: 6 })).toMatchObject({ next_cursor: null });
      expect(await list({ after: page.next_cursor ?? '', destination: 'meta' })).toEqual([
        'ord_2_purchase',
        'ord_3_purchase',
      ]);
    },
  );

  fact(
    'W-42 what failed is sent again when asked for, what was accepted never, and the counts go with it',
    async (store) => {
      await plan(store, visitors(2));
      const { lease, rows } = await take(store, {});
      const [one, two] = rows.map(accepted);
      await settle(store, lease, [
        one,
        { ...two, status: 'failed', reason: 'reject: HTTP 400' },
      ] as SettledDelivery[]);
      const request = { environment: 'production', destination: 'meta', since: 0, now: due } as const;
      expect(await store.replayDeliveries({ ...request, status: 'failed', dry: true })).toBe(1);
      expect(await store.replayDeliveries({ ...request, status: 'failed', reason: 'other' })).toBe(0);
      expect(await store.replayDeliveries({ ...request, status: 'skipped' })).toBe(0);
      expect(await store.replayDeliveries({ ...request, status: 'failed', events: ['purchase'] })).toBe(1);
      expect((await take(store, {})).rows.map(({ event_id }) => event_id)).toEqual(['ord_2_purchase']);
      const steps = await store.steps('production', { since: '2026-11-01' });
      expect(steps.filter(({ step, count }) => step === 'failed' && count > 0)).toEqual([]);
    },
  );

  fact('W-42 a destination that came later gets the events that it never had', async (store) => {
    await plan(store, visitors(3));
    const request = {
      environment: 'production',
      destination: 'ga4',
      status: 'never',
      since: 0,
      now: due,
    } as const;
    expect(await store.replayDeliveries({ ...request, events: ['sign_up'] })).toBe(0);
    expect(await store.replayDeliveries({ ...request, dry: true })).toBe(3);
    expect(await store.replayDeliveries(request)).toBe(3);
    expect(await store.replayDeliveries(request)).toBe(0);
    expect((await take(store, { queue: 'production/ga4' })).rows).toHaveLength(3);
  });

  fact('one person is never in two leases at once', async (store) => {
    const [mine, mineToo, other] = paidOrders(3);
    await plan(store, [mine, mineToo, { ...other, user_id: 'cust_7' }] as ReturnType<typeof paidOrders>);
    const first = await take(store, { limit: 1 });
    expect(first.rows.map(({ person }) => person)).toEqual(['u:cust_2048']);
    const second = await take(store, {});
    expect(second.rows.map(({ person }) => person)).toEqual(['u:cust_7']);
    await settle(store, first.lease, first.rows.map(accepted));
    expect((await take(store, {})).rows.map(({ event_id }) => event_id)).toEqual(['ord_2_purchase']);
  });

  fact('a settled row keeps what came of it, and is not taken again', async (store) => {
    await plan(store, visitors(3));
    const { lease, rows } = await take(store, {});
    const [one, two, three] = rows.map(accepted);
    const settled = await settle(store, lease, [
      { ...one, destination_ref: 'trace_1' },
      { ...two, status: 'skipped', reason: 'no_consent' },
      { ...three, status: 'pending', due_at: due + 1_000, note: { tries: 1 } },
    ] as SettledDelivery[]);
    expect(settled).toBe(3);
    const [first] = await store.deliveriesOf('production', 'ord_1_purchase');
    expect(first).toMatchObject({ status: 'accepted', attempts: 1, destination_ref: 'trace_1' });
    expect(first?.at).toBe(new Date(due).toISOString());
    expect(await store.deliveriesOf('production', 'ord_2_purchase')).toMatchObject([
      { status: 'skipped', reason: 'no_consent' },
    ]);
    expect((await take(store, { now: due + 999 })).rows).toEqual([]);
    expect((await take(store, { now: due + 1_000 })).rows).toMatchObject([
      { event_id: 'ord_3_purchase', attempts: 1, note: { tries: 1 } },
    ]);
  });

  fact(
    "a dead relay's batch is taken up when its lease ends, and its late word counts no more",
    async (store) => {
      await plan(store, [paidOrder()]);
      const dead = await take(store, {});
      expect(dead.until).toBe(due + 60_000);
      expect((await take(store, { now: due + 59_999 })).rows).toEqual([]);
      const next = await take(store, { now: due + 60_000 });
      expect(next.rows).toMatchObject([{ event_id: 'ord_10492_purchase', attempts: 1 }]);
      expect(await settle(store, dead.lease, dead.rows.map(accepted))).toBe(0);
      expect(await settle(store, next.lease, next.rows.map(accepted), due + 60_001)).toBe(1);
    },
  );

  fact('a paused queue gives nothing, and its state is one for all', async (store) => {
    await plan(store, visitors(2));
    await store.changeQueue(queue, (state) => ({ state: { ...state, paused: true } }));
    expect(await store.queue(queue)).toEqual({ paused: true, leases: [], pace: {} });
    expect(await take(store, {})).toMatchObject({ rows: [], state: { paused: true } });
    await store.changeQueue(queue, (state) => ({ state: { ...state, paused: false } }));
    expect((await take(store, {})).rows).toHaveLength(2);
    expect(await store.queue('production/ga4')).toEqual({ paused: false, leases: [], pace: {} });
  });

  fact('what a take permits and a settlement changes holds for every relay', async (store) => {
    await plan(store, visitors(5));
    const lease = crypto.randomUUID();
    const taken = await store.takeDeliveries({
      queue,
      lease,
      now: due,
      limit: 10,
      permit: (state) => ({ rows: 2, stateAfter: (sent) => ({ ...state, pace: { sent } }) }),
    });
    expect(taken.rows).toHaveLength(2);
    expect(await store.queue(queue)).toEqual({
      paused: false,
      leases: [{ lease, until: due + 60_000, rows: 2 }],
      pace: { sent: 2 },
    });
    await store.settleDeliveries({
      queue,
      lease,
      now: due,
      settled: taken.rows.map(accepted),
      change: (state) => ({ state: { ...state, pace: { failures: 0 } } }),
    });
    expect(await store.queue(queue)).toEqual({ paused: false, leases: [], pace: { failures: 0 } });
  });

  fact('takes at once share the rows and give none twice', async (store) => {
    await plan(store, visitors(100));
    const takes = await Promise.all(Array.from({ length: 8 }, () => take(store, { limit: 20 })));
    const ids = takes.flatMap(({ rows }) => rows.map(({ event_id }) => event_id));
    expect([ids.length, new Set(ids).size]).toEqual([100, 100]);
  });
}

/** Orders of as many persons. */
const visitors = (count: number) =>
  paidOrders(count).map((order, place) => ({ ...order, user_id: `cust_${place + 1}` }));

function plan(
  store: Store,
  orders: ReturnType<typeof paidOrders>,
  destinations: readonly string[] = ['meta'],
  times: readonly number[] = [],
) {
  const messages = orders.map((order, place) =>
    received(
      order,
      destinations.map((destination) => ({ destination, due_at: times[place] ?? due })),
    ),
  );
  return store.capture({ environment: 'production', received_at, messages });
}

async function take(store: DeliveryStore, request: { now?: number; limit?: number; queue?: string }) {
  const lease = crypto.randomUUID();
  return { lease, ...(await store.takeDeliveries({ queue, lease, now: due, limit: 500, ...request })) };
}

const settle = (store: DeliveryStore, lease: string, settled: readonly SettledDelivery[], now = due) =>
  store.settleDeliveries({ queue, lease, now, settled });

const accepted = ({ environment, event_id, destination }: LeasedDelivery): SettledDelivery => ({
  environment,
  event_id,
  destination,
  status: 'accepted',
});

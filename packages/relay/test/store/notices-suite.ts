import { expect } from 'vitest';
import type { Store } from '../../src/index.ts';
import type { NewNotice } from '../../src/store/notice.ts';
import type { QueueState } from '../../src/store/queue.ts';
import { paidOrder } from '../events.ts';
import { factsOf, received, received_at, type OpenStore } from './suite.ts';

const queue = 'production//notices';
const alert = { type: 'alert', at: received_at, data: { kind: 'down', destination: 'meta' } } as const;

const take = (store: Store, now = received_at, lease: string = crypto.randomUUID()) =>
  store.takeNotices({ queue, lease, now, limit: 10 });

const tell = (store: Store, environment: string, notice: NewNotice) =>
  store.changeQueue(`${environment}/meta`, (state) => ({ state, notices: [{ ...notice, environment }] }));

/** What every `NoticeStore` does. */
export function testNotices(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact('W-44 a notice is leased until it was heard, and then it is gone', async (store) => {
    await tell(store, 'production', alert);
    await tell(store, 'staging', alert);
    const lease = 'one';
    const { rows } = await take(store, received_at, lease);
    expect(rows).toMatchObject([{ ...alert, environment: 'production', attempts: 0 }]);
    expect((await take(store)).rows).toEqual([]);
    const [row] = rows;
    if (!row) throw new Error('one was taken');
    const { environment, notice_id } = row;
    const again = { environment, notice_id, due_at: received_at + 1_000 };
    expect(await store.settleNotices({ queue, lease, now: received_at, settled: [again] })).toBe(1);
    expect(await take(store)).toMatchObject({ rows: [], next_due_at: received_at + 1_000 });
    const later = await take(store, received_at + 1_000, 'two');
    expect(later.rows).toMatchObject([{ notice_id, attempts: 1 }]);
    const heard = { queue, now: received_at + 1_000, settled: [{ environment, notice_id }] };
    expect(await store.settleNotices({ ...heard, lease: 'one' })).toBe(0);
    expect(await store.settleNotices({ ...heard, lease: 'two' })).toBe(1);
    expect(await take(store, received_at + 900_000)).toMatchObject({ rows: [] });
  });

  fact('W-44 what came of a delivery is told with it, and by nobody whose lease has ended', async (store) => {
    const planned = [{ destination: 'meta', due_at: received_at }];
    await store.capture({
      environment: 'production',
      received_at,
      messages: [received(paidOrder(), planned)],
    });
    const deliveries = { queue: 'production/meta', now: received_at, limit: 10 };
    await store.takeDeliveries({ ...deliveries, lease: 'one' });
    const settled = [
      {
        environment: 'production',
        event_id: 'ord_10492_purchase',
        destination: 'meta',
        status: 'failed' as const,
        reason: 'reject: no',
        notice: { type: 'event.failed' as const, at: received_at, data: { event: 'purchase' } },
      },
    ];
    await store.settleDeliveries({ queue: 'production/meta', now: received_at, lease: 'another', settled });
    expect((await take(store)).rows).toEqual([]);
    await store.settleDeliveries({ queue: 'production/meta', now: received_at, lease: 'one', settled });
    expect((await take(store)).rows).toMatchObject([{ type: 'event.failed', data: { event: 'purchase' } }]);
  });

  fact('W-44 an alert is written with the state of the queue that it tells of', async (store) => {
    const meta = 'production/meta';
    const notices = [{ ...alert, environment: 'production' }];
    const change = (state: QueueState) => ({ state: { ...state, told: { health: 'down' } }, notices });
    await store.settleDeliveries({ queue: meta, now: received_at, lease: 'one', settled: [], change });
    expect(await store.queue(meta)).toMatchObject({ told: { health: 'down' } });
    expect((await take(store)).rows).toMatchObject([alert]);
    await expect(
      store.changeQueue(meta, (state) => ({
        state: { ...state, told: {} },
        notices: [{ ...alert, at: NaN, environment: 'production' }],
      })),
    ).rejects.toThrow(/notices|integer|NaN|NULL/i);
    expect(await store.queue(meta)).toMatchObject({ told: { health: 'down' } });
  });

  fact('W-44 what was to be told of a person is told to nobody once they are erased', async (store) => {
    const changed = {
      type: 'trait.changed',
      at: received_at,
      data: { user_id: '1' },
      person: 'u:1',
    } as const;
    await tell(store, 'production', changed);
    await tell(store, 'production', alert);
    await store.erase('production', '1', received_at);
    expect((await take(store)).rows).toMatchObject([{ type: 'alert' }]);
  });

  fact('notices and the answers of platforms are forgotten; what is pending keeps its own', async (store) => {
    await tell(store, 'production', alert);
    const planned = ['meta', 'ga4'].map((destination) => ({ destination, due_at: received_at }));
    await store.capture({
      environment: 'production',
      received_at,
      messages: [received(paidOrder(), planned)],
    });
    const last = { at: '2026-11-23T10:15:32.000Z', status: 200, answer: '{"ok":true}' };
    for (const [destination, status] of [
      ['meta', 'accepted'],
      ['ga4', 'pending'],
    ] as const) {
      const lease = destination;
      const of = `production/${destination}`;
      const { rows } = await store.takeDeliveries({ queue: of, lease, now: received_at, limit: 10 });
      const settled = rows.map(({ environment, event_id }) => ({
        environment,
        event_id,
        destination,
        status,
        note: { last },
      }));
      await store.settleDeliveries({ queue: of, lease, now: received_at, settled });
    }
    const answers = async () =>
      (await store.deliveriesOf('production', 'ord_10492_purchase')).map(({ destination, answer }) => [
        destination,
        answer?.text,
      ]);
    expect(await answers()).toEqual([
      ['ga4', '{"ok":true}'],
      ['meta', '{"ok":true}'],
    ]);
    for (const what of ['answers', 'notices'] as const)
      await store.forgetSome({ environment: 'production', what, before: received_at + 1 });
    expect(await answers()).toEqual([
      ['ga4', '{"ok":true}'],
      ['meta', undefined],
    ]);
    expect((await take(store)).rows).toEqual([]);
  });
}

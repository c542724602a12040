import { expect } from 'vitest';
import type { DailyShape } from '../../src/index.ts';
import { paidOrder, paidOrders } from '../events.ts';
import { capture, factsOf, received_at, type OpenStore } from './suite.ts';

/** What every `DriftStore` does. */
export function testDrift(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact('W-37 what clients dropped is counted, once a request', async (store) => {
    const report = {
      environment: 'production',
      received_at,
      messages: [],
      dropped: { expired: 3, queue_full: 1 },
    };
    await store.capture({ ...report, idempotency_key: 'req_1' });
    await store.capture({ ...report, idempotency_key: 'req_1' });
    await store.identify({ ...report, idempotency_key: 'req_2' });
    await store.capture(report);
    expect(await store.dropped('production')).toEqual({ expired: 9, queue_full: 3 });
    expect(await store.dropped('staging')).toEqual({});
  });

  fact('W-38 properties are counted by key and type, by day and source, without a value', async (store) => {
    const shoes = { ...paidOrder().properties, coupon: null, items: [{ item_id: 'sku_1' }] };
    await capture(store, paidOrder(), paidOrder({ event_id: 'ord_2_purchase', properties: shoes }));
    await capture(store, paidOrder({ source: 'server' }));
    const rejected = [{ event_id: 'bad_1', event: 'purchase', errors: [] }];
    await store.capture({ environment: 'production', received_at, messages: [], rejected });
    const shapes = await store.shapes('production', 'purchase');
    expect(shapes.toSorted((a, b) => a.source.localeCompare(b.source))).toEqual([
      shape({ source: '', copies: 0, rejected: 1, keys: {} }),
      shape({
        copies: 2,
        keys: {
          order_id: { string: 2 },
          value: { number: 2 },
          currency: { string: 2 },
          coupon: { null: 1 },
          items: { array: 1 },
        },
      }),
      shape({
        source: 'server',
        copies: 1,
        keys: { order_id: { string: 1 }, value: { number: 1 }, currency: { string: 1 } },
      }),
    ]);
    expect(await store.shapes('production', 'refund')).toEqual([]);
    expect(await store.shapes('staging', 'purchase')).toEqual([]);
    expect(await store.shapedEvents('production')).toEqual(['purchase']);
    expect(await store.shapedEvents('staging')).toEqual([]);
  });

  fact('W-38 a shape has at most 200 keys, and none that could be personal', async (store) => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, place) => [`key_${place}`, place]));
    await capture(store, paidOrder({ properties: { ...many, 'jane@example.com': 1 } }));
    await capture(store, paidOrder({ properties: { later: 1 }, source: 'jane@example.com' }));
    const shapes = await store.shapes('production', 'purchase');
    expect(shapes.map(({ keys }) => Object.keys(keys).length)).toEqual([200, 1]);
    expect(JSON.stringify(shapes)).not.toContain('jane');
  });

  fact('W-38 labels that clients saw are added up since a day, once a request', async (store) => {
    const sightings = [{ source: 'heap', source_event: 'Order Completed', count: 3 }];
    const report = { environment: 'production', received_at, sightings };
    await store.addSightings({ ...report, idempotency_key: 'req_1' });
    await store.addSightings({ ...report, idempotency_key: 'req_1' });
    await store.addSightings(report);
    await store.addSightings({ ...report, received_at: received_at + 86_400_000 });
    const label = { source: 'heap', source_event: 'Order Completed', last_seen: '2026-11-24' };
    expect(await store.labels('production', '2026-11-23')).toEqual([{ ...label, count: 9 }]);
    expect(await store.labels('production', '2026-11-24')).toEqual([{ ...label, count: 3 }]);
    expect(await store.labels('production', '2026-11-25')).toEqual([{ ...label, count: 0 }]);
    expect(await store.labels('staging', '2026-11-23')).toEqual([]);
  });

  fact('W-38 what was not committed was not seen', async (store) => {
    const cyclic = paidOrder();
    cyclic.properties = { self: cyclic as never };
    await Promise.allSettled([capture(store, paidOrder(), cyclic), capture(store, ...paidOrders(2))]);
    expect((await store.shapes('production', 'purchase')).map(({ copies }) => copies)).toEqual([2]);
  });
}

const shape = (fields: Partial<DailyShape>): DailyShape => ({
  day: '2026-11-23',
  event: 'purchase',
  source: 'heap',
  copies: 0,
  conflicts: 0,
  rejected: 0,
  keys: {},
  ...fields,
});

import { expect } from 'vitest';
import { paidOrder, paidOrders } from '../events.ts';
import { capture, captureAt, factsOf, received, received_at, type OpenStore } from './suite.ts';

const day = 86_400_000;
const since = '2026-11-01';

/** What every `StepStore` does. */
export function testSteps(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact(
    'W-40 messages are counted by day, event and source, as accepted, duplicate or rejected',
    async (store) => {
      await capture(store, ...paidOrders(3), paidOrder({ event_id: 'ord_1_purchase' }));
      await capture(store, paidOrder({ event_id: 'ord_9_purchase', source: 'jane@example.com' }));
      await captureAt(received_at + day, store, paidOrder({ event_id: 'ord_2_purchase', source: 'server' }));
      const missing = { path: 'properties.currency', message: 'is missing', code: 'missing' } as const;
      const unknown = { path: 'event', message: 'is unknown', code: 'unknown_event' } as const;
      const rejected = [
        { event_id: 'bad_1', event: 'purchase', errors: [missing] },
        { event_id: 'bad_2', event: 'anything', errors: [unknown] },
      ];
      await store.capture({ environment: 'production', received_at, messages: [], rejected });
      const count = (step: string, source: string, number: number, more: object = {}) =>
        expect.objectContaining({
          event: 'purchase',
          step,
          name: source,
          reason: '',
          count: number,
          ...more,
        }) as unknown;
      const steps = await store.steps('production', { since });
      expect(steps).toHaveLength(6);
      expect(steps).toEqual(
        expect.arrayContaining([
          count('accepted', 'heap', 3, { day: '2026-11-23' }),
          count('accepted', 'other', 1),
          count('duplicate', 'heap', 1),
          count('duplicate', 'server', 1, { day: '2026-11-24' }),
          count('rejected', '', 1, { reason: 'missing_property' }),
          count('rejected', '', 1, { reason: 'unknown_event', event: '' }),
        ]),
      );
      expect(await store.steps('production', { since: '2026-11-24' })).toHaveLength(1);
      expect(await store.steps('production', { since, event: 'refund' })).toEqual([]);
      expect(await store.steps('staging', { since })).toEqual([]);
    },
  );

  fact('W-40 deliveries are counted on the day of their event, once they are final', async (store) => {
    const planned = [{ destination: 'meta', due_at: received_at }];
    const messages = paidOrders(4).map((event, place) =>
      received({ ...event, user_id: `cust_${place}` }, planned),
    );
    await store.capture({ environment: 'production', received_at, messages });
    const now = received_at + 2 * day;
    const { rows } = await store.takeDeliveries({ queue: 'production/meta', lease: 'l_1', now, limit: 10 });
    const [one, two, three, four] = rows.map(({ environment, event_id, destination }) => ({
      environment,
      event_id,
      destination,
    }));
    const request = { queue: 'production/meta', lease: 'l_1', now };
    await store.settleDeliveries({
      ...request,
      settled: [
        { ...one!, status: 'accepted' },
        { ...two!, status: 'skipped', reason: 'no_consent' },
        { ...three!, status: 'failed', reason: 'Invalid parameter for jane' },
        { ...four!, status: 'pending' },
      ],
    });
    // What comes too late to settle is not counted either.
    await store.settleDeliveries({ ...request, settled: [{ ...one!, status: 'accepted' }] });
    const steps = await store.steps('production', { since });
    expect(steps.filter((step) => step.name === 'meta')).toEqual([
      { day: '2026-11-23', event: 'purchase', step: 'delivered', name: 'meta', reason: '', count: 1 },
      { day: '2026-11-23', event: 'purchase', step: 'failed', name: 'meta', reason: 'other', count: 1 },
      { day: '2026-11-23', event: 'purchase', step: 'planned', name: 'meta', reason: '', count: 4 },
      { day: '2026-11-23', event: 'purchase', step: 'skipped', name: 'meta', reason: 'no_consent', count: 1 },
    ]);
  });

  fact('W-40 a controlled event and its deliveries count nowhere', async (store) => {
    const event = paidOrder({ context: { test: true } });
    const messages = [received(event, [{ destination: 'meta', due_at: received_at }])];
    await store.capture({ environment: 'production', received_at, messages });
    await store.capture({ environment: 'production', received_at, messages });
    const request = { queue: 'production/meta', lease: 'l_1', now: received_at };
    const { rows } = await store.takeDeliveries({ ...request, limit: 1 });
    const settled = rows.map(({ environment, event_id, destination }) => ({
      environment,
      event_id,
      destination,
    }));
    await store.settleDeliveries({
      ...request,
      settled: settled.map((one) => ({ ...one, status: 'accepted' })),
    });
    expect(await store.steps('production', { since })).toEqual([]);
  });

  fact('W-40 what an erasure stops is counted as skipped', async (store) => {
    const messages = [received(paidOrder(), [{ destination: 'meta', due_at: received_at }])];
    await store.capture({ environment: 'production', received_at, messages });
    await store.erase('production', 'cust_2048', received_at + day);
    expect(await store.steps('production', { since })).toContainEqual({
      day: '2026-11-23',
      event: 'purchase',
      step: 'skipped',
      name: 'meta',
      reason: 'erased',
      count: 1,
    });
  });

  fact('W-40 labels are told by day', async (store) => {
    const sightings = [{ source: 'heap', source_event: 'Order Completed', count: 4 }];
    await store.addSightings({ environment: 'production', received_at, sightings });
    await store.addSightings({ environment: 'production', received_at: received_at + day, sightings });
    const label = { source: 'heap', source_event: 'Order Completed', count: 4 };
    expect(await store.labelDays('production', '2026-11-23')).toEqual([
      { day: '2026-11-23', ...label },
      { day: '2026-11-24', ...label },
    ]);
    expect(await store.labelDays('production', '2026-11-24')).toHaveLength(1);
  });
}

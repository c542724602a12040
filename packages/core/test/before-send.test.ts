import type { Drop } from '@tracklayer/core';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';
import { paidOrder } from './events.ts';

test('what beforeSend returns is kept: enriched, and without what it took away', async () => {
  const { client, transport } = clientWith(undefined, {
    source: 'app',
    context: () => ({ locale: 'de', page: { url: 'https://shop.example/?session=1' } }),
    beforeSend(event) {
      const { context, ...rest } = event;
      return {
        ...rest,
        source: undefined,
        context: { locale: context?.locale },
        properties: { ...event.properties, coupon: 'SPRING' },
      } as never;
    },
  });
  client.capture(paidOrder('ord_1'));
  await client.flush();
  const [sent] = transport.delivered as unknown as Record<string, unknown>[];
  expect(sent).toMatchObject({ event_id: 'ord_1_purchase', properties: { coupon: 'SPRING' } });
  expect(sent!['context']).toEqual({ locale: 'de' });
  expect(sent).not.toHaveProperty('source');
});

test('the copy itself may be changed, and the app’s own event is not', async () => {
  const { client, transport } = clientWith(undefined, {
    beforeSend(event) {
      (event.properties as { currency: string }).currency = 'USD';
    },
  });
  const order = paidOrder('ord_1');
  const before = structuredClone(order);
  client.capture(order);
  await client.flush();
  expect(order).toEqual(before);
  expect(transport.delivered).toMatchObject([{ properties: { currency: 'USD' } }]);
});

test('W-3 W-6 name and id never change', async () => {
  const { client, transport } = clientWith(undefined, {
    beforeSend: (event) => ({ ...event, event: 'refund', event_id: 'other' }) as never,
  });
  expect(client.capture(paidOrder('ord_1')).event_id).toBe('ord_1_purchase');
  await client.flush();
  expect(transport.delivered).toMatchObject([{ event: 'purchase', event_id: 'ord_1_purchase' }]);
});

test('P-1 null drops the event as before_send, counted and reported by name', async () => {
  const drops: Drop[] = [];
  const { client, transport } = clientWith(undefined, {
    beforeSend: (event) => (event.event === 'purchase' ? null : event),
    onDrop: (drop) => void drops.push(drop),
  });
  client.capture(paidOrder('ord_1'));
  await client.flush();
  expect(transport.delivered).toEqual([]);
  expect(client.stats()).toMatchObject({ captured: 1, dropped: { before_send: 1 }, pending: 0 });
  expect(drops).toMatchObject([{ event: 'purchase', reason: 'before_send' }]);
});

test('a throw costs nothing but a report', async () => {
  const { client, transport, errors } = clientWith(undefined, {
    beforeSend() {
      throw new Error('a callback of the app');
    },
  });
  client.capture(paidOrder('ord_1'));
  await client.flush();
  expect(transport.delivered).toMatchObject([{ event_id: 'ord_1_purchase' }]);
  expect(errors).toEqual(['callback']);
});

test('W-10 W-18 what it returns is checked again', async () => {
  const { client, transport } = clientWith(undefined, {
    beforeSend: (event) =>
      ({
        ...event,
        properties: {
          ...event.properties,
          email: 'jane@example.com',
          value: event.event_id === 'ord_2_purchase' ? 'much' : 1,
        },
      }) as never,
  });
  client.capture(paidOrder('ord_1'));
  client.capture(paidOrder('ord_2'));
  await client.flush();
  expect(JSON.stringify(transport.delivered)).not.toContain('jane');
  expect(transport.delivered).toHaveLength(1);
  expect(client.stats()).toMatchObject({ dropped: { invalid_event: 1 } });
});

test('P-3 the same order again is known by its id, whatever beforeSend makes of it', async () => {
  const { client } = clientWith(undefined, { beforeSend: (event) => event });
  client.capture(paidOrder('ord_1'));
  client.capture(paidOrder('ord_1'));
  expect(await client.flush()).toMatchObject({ delivered: 1, duplicate: 1 });
});

import { expect } from 'vitest';
import type { WireEvent } from '@tracklayer/core';

import { paidOrder, paidOrders } from '../events.ts';
import { capture, captureAt, factsOf, received, received_at, type OpenStore } from './suite.ts';

/** What every `EventStore` does. */
export function testEvents(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

  fact('W-4 the first copy is accepted, later ones are duplicates', async (store) => {
    expect(await capture(store, paidOrder(), paidOrder())).toEqual([
      { status: 'accepted', conflicts: [] },
      { status: 'duplicate', conflicts: [] },
    ]);
    expect(await capture(store, paidOrder())).toEqual([{ status: 'duplicate', conflicts: [] }]);
    const record = await store.event('production', 'ord_10492_purchase');
    expect(record).toMatchObject({ event: paidOrder(), status: 'accepted', copies: 3, conflicts: 0 });
    expect(record?.received_at).toBe('2026-11-23T10:15:31.000Z');
  });

  fact('W-4 fifty identical captures at once are accepted once', async (store) => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => capture(store, paidOrder())));
    expect(outcomes.flat().filter(({ status }) => status === 'accepted')).toHaveLength(1);
  });

  fact('W-4 one event_id in two environments is two events', async (store) => {
    await capture(store, paidOrder());
    const delivery = { environment: 'staging', received_at, messages: [received(paidOrder())] };
    expect(await store.capture(delivery)).toEqual([{ status: 'accepted', conflicts: [] }]);
    expect(await store.event('development', 'ord_10492_purchase')).toBeUndefined();
  });

  fact('W-4 a later copy fills what the first left absent', async (store) => {
    const { anonymous_id: _, ...fromServer } = paidOrder({ source: 'server' });
    const fromPage = paidOrder({ user_id: undefined, context: { click_ids: { gclid: 'EAIaIQ' } } });
    await capture(store, JSON.parse(JSON.stringify(fromPage)) as WireEvent);
    await capture(store, fromServer);
    const record = await store.event('production', 'ord_10492_purchase');
    expect(record?.event).toEqual({ ...fromPage, user_id: 'cust_2048' });
    expect((await store.events('production', { limit: 10, user_id: 'cust_2048' })).events).toHaveLength(1);
  });

  fact('W-4 a copy that contradicts the first is a conflict, and changes nothing', async (store) => {
    await capture(store, paidOrder());
    const forged = paidOrder({ properties: { order_id: 'ord_10492', value: 1, currency: 'EUR' } });
    const conflict = { status: 'duplicate', conflicts: ['properties.value'] };
    expect(await capture(store, forged, forged)).toEqual([conflict, conflict]);
    const record = await store.event('production', 'ord_10492_purchase');
    expect(record).toMatchObject({ copies: 3, conflicts: 2, conflict_fields: ['properties.value'] });
    expect(record?.event).toEqual(paidOrder());
  });

  fact(
    'W-30 later copies are remembered by source, with what they contradict, and no more than ten',
    async (store) => {
      await capture(store, paidOrder());
      await capture(
        store,
        paidOrder({ source: 'server', properties: { ...paidOrder().properties, value: 1 } }),
      );
      for (let copies = 0; copies < 12; copies++) await capture(store, paidOrder());
      const record = await store.event('production', 'ord_10492_purchase');
      expect(record?.copies).toBe(14);
      expect(record?.later_copies).toHaveLength(10);
      expect(record?.later_copies?.slice(0, 2)).toEqual([
        { source: 'server', received_at: '2026-11-23T10:15:31.000Z', conflicts: { 'properties.value': 1 } },
        { source: 'heap', received_at: '2026-11-23T10:15:31.000Z', conflicts: {} },
      ]);
      await store.erase('production', 'cust_2048', received_at);
      expect((await store.event('production', 'ord_10492_purchase'))?.later_copies).toBeUndefined();
    },
  );

  fact('W-13 the time on the client’s clock is kept beside ours', async (store) => {
    const message = { ...received(paidOrder()), client_occurred_at: '2026-11-23T09:15:30.123Z' };
    await store.capture({ environment: 'production', received_at, messages: [message] });
    expect(await store.event('production', 'ord_10492_purchase')).toMatchObject({
      event: { occurred_at: '2026-11-23T10:15:30.123Z' },
      client_occurred_at: '2026-11-23T09:15:30.123Z',
    });
  });

  fact('W-30 a rejected event is known by its id and reasons, until a good copy comes', async (store) => {
    const errors = [{ path: 'properties.currency', message: 'is missing', code: 'missing' as const }];
    const rejected = [{ event_id: 'ord_10492_purchase', event: 'purchase', errors }];
    await store.capture({ environment: 'production', received_at, messages: [], rejected });
    await store.capture({ environment: 'production', received_at, messages: [], rejected });
    expect(await store.event('production', 'ord_10492_purchase')).toMatchObject({
      event: { event: 'purchase', event_id: 'ord_10492_purchase' },
      status: 'rejected',
      copies: 2,
      errors,
    });
    expect(await capture(store, paidOrder())).toEqual([{ status: 'accepted', conflicts: [] }]);
    await store.capture({ environment: 'production', received_at, messages: [], rejected });
    const record = await store.event('production', 'ord_10492_purchase');
    expect(record).toMatchObject({ status: 'accepted', event: paidOrder() });
    expect(record?.errors).toBeUndefined();
  });

  fact('W-31 events are listed newest first, page by page, none twice', async (store) => {
    await capture(store, ...paidOrders(5));
    const first = await store.events('production', { limit: 2 });
    await captureAt(received_at + 1, store, paidOrder());
    const second = await store.events('production', { limit: 2, after: first.next_cursor ?? '' });
    const third = await store.events('production', { limit: 2, after: second.next_cursor ?? '' });
    const ids = [first, second, third].map((page) => page.events.map(({ event }) => event.event_id));
    expect(ids).toEqual([
      ['ord_5_purchase', 'ord_4_purchase'],
      ['ord_3_purchase', 'ord_2_purchase'],
      ['ord_1_purchase'],
    ]);
    expect(third.next_cursor).toBeNull();
  });

  fact('W-31 events are filtered by name, person and status', async (store) => {
    const signUp = { ...paidOrder(), event: 'sign_up', event_id: 'cust_1_sign_up', user_id: 'cust_1' };
    await capture(store, paidOrder());
    await captureAt(received_at + 1, store, signUp);
    const errors = [{ path: 'event', message: 'is unknown', code: 'unknown_event' as const }];
    const rejected = [{ event_id: 'bad_1', errors }];
    await store.capture({
      environment: 'production',
      received_at: received_at + 2,
      messages: [],
      rejected,
    });
    const ids = async (query: object) =>
      (await store.events('production', { limit: 10, ...query })).events.map(({ event }) => event.event_id);
    expect(await ids({})).toEqual(['bad_1', 'cust_1_sign_up', 'ord_10492_purchase']);
    expect(await ids({ event: 'purchase' })).toEqual(['ord_10492_purchase']);
    expect(await ids({ user_id: 'cust_1' })).toEqual(['cust_1_sign_up']);
    expect(await ids({ status: 'rejected' })).toEqual(['bad_1']);
    expect(await ids({ status: 'accepted', user_id: 'cust_1', event: 'purchase' })).toEqual([]);
  });

  fact(
    'W-57 events are found by an id: theirs, what theirs begins with, or that of their person',
    async (store) => {
      const signUp = { ...paidOrder(), event: 'sign_up', event_id: 'cust_1_sign_up', user_id: 'cust_1' };
      const lead = { ...paidOrder(), event: 'qualify_lead', event_id: 'lead_1.mql_qualify_lead' };
      await capture(store, paidOrder(), paidOrder({ event_id: 'ord_104921_purchase', user_id: 'cust_1' }));
      await captureAt(received_at + 1, store, signUp);
      await captureAt(received_at + 2, store, lead);
      const ids = async (id: string, query: object = {}) =>
        (
          await store.events('production', { limit: 10, id: { event_ids: [id], user_id: id }, ...query })
        ).events.map(({ event }) => event.event_id);
      expect(await ids('ord_10492_purchase')).toEqual(['ord_10492_purchase']);
      expect(await ids('ord_10492')).toEqual(['ord_10492_purchase']);
      expect(await ids('lead_1')).toEqual(['lead_1.mql_qualify_lead']);
      expect(await ids('cust_1')).toEqual(['cust_1_sign_up', 'ord_104921_purchase']);
      expect(await ids('cust_1', { event: 'purchase' })).toEqual(['ord_104921_purchase']);
      expect(await ids('cust_1', { user_id: 'cust_7' })).toEqual([]);
      const first = await store.events('production', {
        limit: 1,
        id: { event_ids: ['cust_1'], user_id: 'cust_1' },
      });
      expect(await ids('cust_1', { after: first.next_cursor })).toEqual(['ord_104921_purchase']);
      expect(await ids('or')).toEqual([]);
      expect(await ids('%')).toEqual([]);
    },
  );
}

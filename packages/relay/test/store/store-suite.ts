import { expect, test } from 'vitest';
import type { WireEvent, WireIdentify } from '@tracklayer/core';
import type { DailyShape, Store } from '../../src/index.ts';
import { paidOrder, paidOrders, signedUp } from '../events.ts';
import { heapEntry } from '../registry/entries.ts';

const received_at = Date.parse('2026-11-23T10:15:31.000Z');

/** What every {@link Store} does; an implementation is done when this passes on it. */
export function testStore(name: string, open: () => Store | Promise<Store>): void {
  const fact = (title: string, body: (store: Store) => Promise<void>) =>
    test(`${name}: ${title}`, async () => {
      expect.hasAssertions();
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });

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

  fact('W-30 an event names the person that its anonymous id belongs to', async (store) => {
    const { user_id: _, ...anonymous } = paidOrder();
    await capture(store, anonymous);
    expect((await store.event('production', anonymous.event_id))?.identity).toEqual({
      user_id: null,
      anonymous_ids: ['anon_91b2'],
    });
    await identify(store, signedUp(), signedUp({ anonymous_id: 'anon_phone' }));
    expect((await store.event('production', anonymous.event_id))?.identity).toEqual({
      user_id: 'cust_2048',
      anonymous_ids: ['anon_91b2', 'anon_phone'],
    });
  });

  fact('W-31 events are listed newest first, page by page, none twice', async (store) => {
    await capture(store, ...paidOrders(5));
    const first = await store.events('production', { limit: 2 });
    await capture(store, paidOrder());
    const second = await store.events('production', { limit: 2, after: Number(first.next_cursor) });
    const third = await store.events('production', { limit: 2, after: Number(second.next_cursor) });
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
    await capture(store, paidOrder(), signUp);
    const errors = [{ path: 'event', message: 'is unknown', code: 'unknown_event' as const }];
    const rejected = [{ event_id: 'bad_1', errors }];
    await store.capture({ environment: 'production', received_at, messages: [], rejected });
    const ids = async (query: object) =>
      (await store.events('production', { limit: 10, ...query })).events.map(({ event }) => event.event_id);
    expect(await ids({})).toEqual(['bad_1', 'cust_1_sign_up', 'ord_10492_purchase']);
    expect(await ids({ event: 'purchase' })).toEqual(['ord_10492_purchase']);
    expect(await ids({ user_id: 'cust_1' })).toEqual(['cust_1_sign_up']);
    expect(await ids({ status: 'rejected' })).toEqual(['bad_1']);
    expect(await ids({ status: 'accepted', user_id: 'cust_1', event: 'purchase' })).toEqual([]);
  });

  fact('W-16 an identify with an event_id is accepted once', async (store) => {
    const once = signedUp({ event_id: '0199f2a1-7c00-7000-8000-000000000001' });
    expect(await identify(store, once, once, signedUp())).toEqual([
      { status: 'accepted', merged: true },
      { status: 'duplicate', merged: true },
      { status: 'accepted', merged: true },
    ]);
    expect(await identify(store, signedUp({ anonymous_id: undefined }))).toEqual([
      { status: 'accepted', merged: false },
    ]);
  });

  fact('W-17 the newest occurred_at wins for each trait, in any order of arrival', async (store) => {
    await identify(store, traitsAt('23T10', { plan: 'pro', country: 'DE', seats: 5 }));
    await identify(store, traitsAt('22T10', { plan: 'free', language: 'de' }));
    await identify(store, traitsAt('24T10', { seats: null, company: undefined }));
    await identify(store, traitsAt('23T12', { seats: 7 }));
    expect(await store.traits('production', 'cust_2048')).toEqual({
      plan: 'pro',
      country: 'DE',
      language: 'de',
    });
  });

  fact('W-17 traits of a visitor are those of the person that he became', async (store) => {
    const visitor = { anonymous_id: 'anon_91b2', traits: { language: 'de', plan: 'free' } };
    await identify(store, { ...visitor, occurred_at: '2026-11-23T09:00:00.000Z' });
    expect(await store.traits('production', 'cust_2048')).toEqual({});
    await identify(store, signedUp());
    const known = { language: 'de', plan: 'pro', country: 'DE' };
    expect(await store.traits('production', 'cust_2048')).toEqual(known);
    expect(await store.traits('staging', 'cust_2048')).toEqual({});
  });

  fact('W-19 the newest link wins, and the old one is closed with its time', async (store) => {
    await identify(store, signedUp());
    expect(
      await identify(store, signedUp({ user_id: 'cust_7', occurred_at: '2026-11-23T11:00:00.000Z' })),
    ).toEqual([{ status: 'accepted', merged: true }]);
    expect(await store.links('production', 'anon_91b2')).toEqual([
      {
        user_id: 'cust_2048',
        linked_at: '2026-11-23T10:00:00.000Z',
        closed_at: '2026-11-23T11:00:00.000Z',
        source: 'server',
      },
      { user_id: 'cust_7', linked_at: '2026-11-23T11:00:00.000Z', closed_at: null, source: 'server' },
    ]);
  });

  fact('W-19 a link that arrives late takes its place in the history', async (store) => {
    const linked = (user_id: string, hour: string) =>
      identify(store, signedUp({ user_id, occurred_at: `2026-11-23T${hour}:00:00.000Z` }));
    await linked('cust_1', '10');
    await linked('cust_3', '12');
    expect(await linked('cust_2', '11')).toEqual([{ status: 'accepted', merged: false }]);
    await linked('cust_0', '09');
    const spans = (await store.links('production', 'anon_91b2')).map(
      ({ user_id, linked_at, closed_at }) =>
        `${user_id} ${linked_at.slice(11, 13)} ${closed_at?.slice(11, 13)}`,
    );
    expect(spans).toEqual(['cust_0 09 10', 'cust_1 10 11', 'cust_2 11 12', 'cust_3 12 undefined']);
  });

  fact('W-19 a link is undone, and nothing of either person is lost', async (store) => {
    await identify(store, { anonymous_id: 'anon_91b2', traits: { language: 'de' } }, signedUp());
    const at = Date.parse('2026-11-23T12:00:00.000Z');
    expect(await store.unlink('production', 'anon_91b2', at)).toBe(true);
    expect(await store.unlink('production', 'anon_91b2', at)).toBe(false);
    expect(await store.traits('production', 'cust_2048')).toEqual({ plan: 'pro', country: 'DE' });
    expect(await store.links('production', 'anon_91b2')).toMatchObject([
      { user_id: 'cust_2048', closed_at: '2026-11-23T12:00:00.000Z' },
    ]);
    const again = signedUp({ occurred_at: '2026-11-23T13:00:00.000Z' });
    expect(await identify(store, again)).toEqual([{ status: 'accepted', merged: true }]);
    expect(await store.traits('production', 'cust_2048')).toMatchObject({ language: 'de' });
  });

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

  fact('W-32 a registry version is appended to the one that it replaces, and to no other', async (store) => {
    expect(await store.registry('production')).toEqual({ version: 0, entries: [] });
    const [approved, draft] = [heapEntry(), heapEntry({ status: 'draft' })];
    const put = (replaces: number, entry: typeof draft) =>
      store.putRegistry('production', { replaces, entries: [entry], at: received_at });
    expect(await Promise.all([put(0, approved), put(0, draft)])).toEqual([1, undefined]);
    expect(await store.registry('production')).toEqual({ version: 1, entries: [approved] });
    expect([await put(1, draft), await put(1, approved)]).toEqual([2, undefined]);
    expect(await store.registry('production')).toEqual({ version: 2, entries: [draft] });
    expect(await store.registry('staging')).toEqual({ version: 0, entries: [] });
  });

  fact('W-32 every version of a registry is kept and listed, newest first', async (store) => {
    const put = (replaces: number, entries: ReturnType<typeof heapEntry>[]) =>
      store.putRegistry('production', { replaces, entries, at: received_at + replaces });
    await put(0, [heapEntry()]);
    await put(1, []);
    await put(2, [heapEntry({ status: 'draft' })]);
    const at = (after: number): string => new Date(received_at + after).toISOString();
    expect(await store.registryVersions('production', { limit: 2 })).toEqual([
      { version: 3, entries: 1, at: at(2) },
      { version: 2, entries: 0, at: at(1) },
    ]);
    expect(await store.registryVersions('production', { limit: 2, before: 2 })).toEqual([
      { version: 1, entries: 1, at: at(0) },
    ]);
    expect(await store.registryVersion('production', 1)).toEqual({ version: 1, entries: [heapEntry()] });
    expect(await store.registryVersion('production', 4)).toBeUndefined();
    expect(await store.registryVersion('staging', 1)).toBeUndefined();
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

  fact('a request that cannot be written fails alone', async (store) => {
    const cyclic = paidOrder();
    cyclic.properties = { order_id: 'ord_10492', value: 1, currency: 'EUR', self: cyclic as never };
    const [good, bad, alsoGood] = await Promise.allSettled([
      capture(store, ...paidOrders(2)),
      capture(store, paidOrder({ event_id: 'ord_9_purchase' }), cyclic),
      capture(store, paidOrder({ event_id: 'ord_3_purchase' })),
    ]);
    expect([good?.status, bad?.status, alsoGood?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.event('production', 'ord_9_purchase')).toBeUndefined();
    expect((await store.events('production', { limit: 10 })).events).toHaveLength(3);
  });

  fact('W-35 a check goes through, and writes that were begun are there after close', async (store) => {
    await store.check();
    const writing = capture(store, paidOrder());
    await store.close();
    expect(await writing).toEqual([{ status: 'accepted', conflicts: [] }]);
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

const traitsAt = (hour: string, traits: WireIdentify['traits']) =>
  signedUp({ occurred_at: `2026-11-${hour}:00:00.000Z`, traits });

const received = (event: WireEvent) => ({
  key_properties: ['order_id'],
  event: { ...event, occurred_at: event.occurred_at ?? new Date(received_at).toISOString() },
});

const capture = (store: Store, ...events: WireEvent[]) =>
  store.capture({ environment: 'production', received_at, messages: events.map(received) });

const identify = (store: Store, ...identifies: WireIdentify[]) =>
  store.identify({
    environment: 'production',
    received_at,
    messages: identifies.map((message) => ({
      identify: { ...message, occurred_at: message.occurred_at ?? '2026-11-23T09:00:00.000Z' },
    })),
  });

import { expect } from 'vitest';
import type { WireIdentify } from '@tracklayer/core';

import { paidOrder, signedUp } from '../events.ts';
import { capture, factsOf, identify, received, received_at, type OpenStore } from './suite.ts';

/** What every `PeopleStore` does. */
export function testPeople(name: string, open: OpenStore): void {
  const fact = factsOf(name, open);

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
    const linked = { user_id: 'cust_2048', anonymous_id: 'anon_91b2' };
    expect(await store.unlink('production', { ...linked, user_id: 'cust_7' }, at)).toBe(false);
    expect(await store.unlink('production', linked, at)).toBe(true);
    expect(await store.unlink('production', linked, at)).toBe(false);
    expect(await store.traits('production', 'cust_2048')).toEqual({ plan: 'pro', country: 'DE' });
    expect(await store.links('production', 'anon_91b2')).toMatchObject([
      { user_id: 'cust_2048', closed_at: '2026-11-23T12:00:00.000Z' },
    ]);
    const again = signedUp({ occurred_at: '2026-11-23T13:00:00.000Z' });
    expect(await identify(store, again)).toEqual([{ status: 'accepted', merged: true }]);
    expect(await store.traits('production', 'cust_2048')).toMatchObject({ language: 'de' });
  });

  fact('a person has what events and identifies last told, each with its time', async (store) => {
    const page = { click_ids: { gclid: 'g_1', fbp: 'fb.1.2.3' }, ip: '203.0.113.7', user_agent: 'Firefox' };
    const visit = { user_id: undefined, event_id: 'visit_1' };
    await capture(store, paidOrder({ ...visit, context: page, occurred_at: '2026-11-23T08:00:00.000Z' }));
    const later = { click_ids: { gclid: 'g_2' }, ga: { client_id: '1.2' }, locale: 'de-DE' };
    await capture(store, paidOrder({ context: later, occurred_at: '2026-11-23T09:30:00.000Z' }));
    const early = { click_ids: { gclid: 'g_0' }, heap: { user_id: 'h_1' } };
    await identify(store, signedUp({ context: early, occurred_at: '2026-11-23T07:00:00.000Z' }));
    const [person, visitor] = await store.people('production', [
      { user_id: 'cust_2048' },
      { anonymous_id: 'anon_other' },
    ]);
    expect(person).toMatchObject({
      user_id: 'cust_2048',
      anonymous_ids: ['anon_91b2'],
      is_over_linked: false,
    });
    expect(person?.seen).toEqual({
      gclid: { value: 'g_2', at: '2026-11-23T09:30:00.000Z' },
      fbp: { value: 'fb.1.2.3', at: '2026-11-23T08:00:00.000Z' },
      ga: { value: { client_id: '1.2' }, at: '2026-11-23T09:30:00.000Z' },
      heap: { value: { user_id: 'h_1' }, at: '2026-11-23T07:00:00.000Z' },
      ip: { value: '203.0.113.7', at: '2026-11-23T08:00:00.000Z' },
      user_agent: { value: 'Firefox', at: '2026-11-23T08:00:00.000Z' },
      locale: { value: 'de-DE', at: '2026-11-23T09:30:00.000Z' },
    });
    expect(visitor).toEqual({
      user_id: null,
      anonymous_ids: ['anon_other'],
      traits: {},
      seen: {},
      is_over_linked: false,
    });
  });

  fact('an anonymous id that is linked gives its person', async (store) => {
    await identify(store, signedUp());
    const [byAnonymous, byUser] = await store.people('production', [
      { anonymous_id: 'anon_91b2' },
      { user_id: 'cust_2048' },
    ]);
    expect(byAnonymous).toEqual(byUser);
  });

  fact('W-19 a user with 2,000 anonymous ids is flagged, and linked no further', async (store) => {
    const linked = (place: number) => signedUp({ anonymous_id: `anon_${place}`, traits: {} });
    await identify(store, ...Array.from({ length: 1_999 }, (_, place) => linked(place)));
    const outcomes = await identify(store, linked(1_999), linked(2_000), linked(7));
    expect(outcomes.map(({ merged }) => merged)).toEqual([true, false, true]);
    const [person] = await store.people('production', [{ user_id: 'cust_2048' }]);
    expect([person?.anonymous_ids.length, person?.is_over_linked]).toEqual([2_000, true]);
  });

  fact('W-38 a person is erased, and nothing that comes again brings anything back', async (store) => {
    const context = { ip: '203.0.113.7', click_ids: { gclid: 'g_1' } };
    const once = signedUp({ event_id: '0199f2a1-7c00-7000-8000-000000000001', context });
    const order = received(paidOrder({ context }), [{ destination: 'meta', due_at: received_at }]);
    const arrival = { environment: 'production', received_at, messages: [order] };
    await identify(store, once);
    await store.capture(arrival);
    const at = received_at + 1;
    expect(await store.erase('production', 'cust_2048', at)).toEqual({
      anonymous_ids: 1,
      links: 1,
      traits: 2,
      identifies: 1,
      events: 1,
      deliveries: 1,
      audiences: 0,
      lists: 0,
    });
    expect((await store.capture(arrival)).map(({ status }) => status)).toEqual(['duplicate']);
    expect((await identify(store, once)).map(({ status }) => status)).toEqual(['duplicate']);
    const record = await store.event('production', 'ord_10492_purchase');
    expect(record).toMatchObject({
      copies: 2,
      erased_at: new Date(at).toISOString(),
      identity: { user_id: null, anonymous_ids: [] },
      deliveries: [{ destination: 'meta', status: 'skipped', reason: 'erased' }],
    });
    const people = await store.people('production', [
      { user_id: 'cust_2048' },
      { anonymous_id: 'anon_91b2' },
    ]);
    for (const { traits, seen } of people) expect({ traits, seen }).toEqual({ traits: {}, seen: {} });
    const known = JSON.stringify([record, people, await store.links('production', 'anon_91b2')]);
    expect(known).not.toMatch(/g_1|203\.0|"plan"/);
    // Whoever comes back is a new person.
    const again = paidOrder({ event_id: 'ord_2_purchase' });
    expect((await capture(store, again)).map(({ status }) => status)).toEqual(['accepted']);
  });
}

const traitsAt = (hour: string, traits: WireIdentify['traits']) =>
  signedUp({ occurred_at: `2026-11-${hour}:00:00.000Z`, traits });

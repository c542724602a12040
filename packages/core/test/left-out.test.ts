import type { Drop, TrackLayerError } from '@tracklayer/core';
import { jsonText } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';
import { clientWith } from './client-with.ts';
import { paidOrder } from './events.ts';

const order = { order_id: 'ord_1', value: 10, currency: 'EUR' };

/** What becomes of an order with these properties beside: what left, what was told, what was dropped. */
async function orderWith(more: object) {
  const told: TrackLayerError[] = [];
  const { client, transport, drops } = clientWith(undefined, { onError: (error) => told.push(error) });
  client.capture(paidOrder('ord_1', { properties: { ...order, ...more } }));
  await client.flush();
  const [event] = transport.delivered as { properties: Record<string, unknown> }[];
  const { order_id: _, value: __, currency: ___, ...rest } = event?.properties ?? {};
  return { rest: event && rest, told, drops: drops as readonly Drop[] };
}

const loop: Record<string, unknown> = { a: 1 };
loop['loop'] = loop;

test.each<[string, object, object]>([
  [
    'a Date as its ISO text',
    { shipped: new Date(Date.UTC(2026, 0, 2)) },
    { shipped: '2026-01-02T00:00:00.000Z' },
  ],
  ['a Date inside', { trip: { days: [new Date(0)] } }, { trip: { days: ['1970-01-01T00:00:00.000Z'] } }],
  ['a BigInt as its digits', { points: 12n, all: [1n] }, { points: '12', all: ['1'] }],
])('%s leaves with the order', async (_, more, rest) => {
  expect(await orderWith(more)).toMatchObject({ rest, told: [], drops: [] });
});

test.each<[string, object, object, string]>([
  ['NaN', { score: Number.NaN }, {}, 'properties.score'],
  ['Infinity inside', { a: { b: [1, Infinity, 2] } }, { a: { b: [1, 2] } }, 'properties.a.b.1'],
  ['a function', { f: () => 1, ok: true }, { ok: true }, 'properties.f'],
  ['a symbol', { s: Symbol('x') }, {}, 'properties.s'],
  ['an invalid Date', { at: new Date(Number.NaN) }, {}, 'properties.at'],
  ['a Map', { m: new Map() }, {}, 'properties.m'],
  ['what contains itself', { loop }, {}, 'properties.loop'],
  [
    'a toJSON that throws',
    { x: { toJSON: () => JSON.parse('') as unknown } },
    { x: {} },
    'properties.x.toJSON',
  ],
  [
    '20 levels',
    { deep: JSON.parse(`${'{"a":'.repeat(20)}1${'}'.repeat(20)}`) as object },
    {},
    'properties.deep',
  ],
  ['half a character', { title: 'a\ud83d' }, {}, 'properties.title'],
  ['5 MB of text', { html: 'x'.repeat(5_000_000) }, {}, 'properties.html'],
  [
    '2,000 keys',
    { all: Object.fromEntries(Array.from({ length: 2_100 }, (_, n) => [`k${n}`, n])) },
    {},
    'properties.all',
  ],
  [
    'a key of the prototype',
    JSON.parse('{"__proto__":{"polluted":1}}') as object,
    {},
    'properties.__proto__',
  ],
  [
    'a click handler of an item',
    { items: [{ item_id: 'a', onClick: () => 1 }] },
    { items: [{ item_id: 'a' }] },
    'properties.items.0.onClick',
  ],
])('%s is left out and reported, and the order arrives', async (_, more, rest, path) => {
  const result = await orderWith(more);
  expect(result).toMatchObject({ rest, drops: [] });
  expect(result.rest).toEqual(rest);
  expect(result.told.map(({ code }) => code)).toEqual(['left_out']);
  expect(result.told[0]?.detail).toContain(path);
});

test.each<[string, object, string]>([
  ['a required property', { value: Number.NaN }, 'properties.value'],
  ['a property of the vocabulary', { tax: '1,90' }, 'properties.tax'],
  ['a coupon that is an object', { coupon: { code: 'X' } }, 'properties.coupon'],
  ['an item that is none', { items: [{ item_id: 'a' }, { price: 1 }] }, 'properties.items.1'],
  ['an item with a price of text', { items: [{ item_id: 'a', price: '1' }] }, 'properties.items.0'],
])('%s that is wrong refuses the event, and says so', async (_, more, path) => {
  const { rest, drops } = await orderWith(more);
  expect(rest).toBeUndefined();
  expect(drops).toMatchObject([{ reason: 'invalid_event', problems: [{ path, code: 'invalid' }] }]);
});

test('§7 a basket of 250 items arrives with the order', async () => {
  const items = Array.from({ length: 250 }, (_, n) => ({
    item_id: `sku_${n}`,
    item_name: 'Desk lamp, brass',
    price: 12.5,
    quantity: 1,
    item_brand: 'Lumen',
  }));
  expect(await orderWith({ items })).toMatchObject({ rest: { items }, told: [], drops: [] });
});

test('§7 a basket with more keys than an event may have is left out, and the order arrives', async () => {
  const items = Array.from({ length: 1_000 }, (_, n) => ({ item_id: `sku_${n}`, price: 12.5, quantity: 1 }));
  const { rest, told, drops } = await orderWith({ coupon: 'SPRING', items, note: 'kept' });
  expect([rest, drops]).toEqual([{ coupon: 'SPRING', note: 'kept' }, []]);
  expect(told[0]?.detail).toContain('properties.items has more than');
});

test('§7 of properties over 32 KiB the largest are left out, until the order fits', async () => {
  const { rest, told } = await orderWith({ html: 'é'.repeat(15_000), log: 'x'.repeat(12_000), note: 'kept' });
  expect(rest).toEqual({ log: 'x'.repeat(12_000), note: 'kept' });
  expect(told[0]?.detail).toContain('properties.html is too large');
});

test('§7 an event whose context makes it over 40 KiB goes without the context', async () => {
  const { client, transport, errors } = clientWith();
  const context = { notes: 'x'.repeat(30_000) };
  client.capture(paidOrder('ord_1', { context, properties: { ...order, log: 'x'.repeat(20_000) } } as never));
  await client.flush();
  expect(transport.delivered).toMatchObject([{ properties: { log: 'x'.repeat(20_000) } }]);
  expect(transport.delivered[0]).not.toHaveProperty('context');
  expect(errors).toEqual(['left_out']);
});

test('W-2 a currency in lower case is upper-cased', async () => {
  const { client, transport } = clientWith();
  client.capture(paidOrder('ord_1', { properties: { ...order, currency: ' eur' } }));
  await client.flush();
  expect(transport.delivered).toMatchObject([{ properties: { currency: 'EUR' } }]);
});

test.each(['Array', 'Object'] as const)(
  'a toJSON that a page hangs onto %s.prototype, before or after us, changes nothing',
  async (name) => {
    const prototype = { Array, Object }[name].prototype as { toJSON?: () => unknown };
    const { client, transport } = clientWith();
    const items = [{ item_id: 'a', tags: ['x', 'y'], gone: undefined }];
    // Not while anything is awaited: the test runner shares these prototypes.
    prototype.toJSON = () => 'hostile';
    client.capture(paidOrder('ord_1', { properties: { ...order, items } }));
    const text = jsonText({ items, none: undefined, list: [null] });
    delete prototype.toJSON;
    await client.flush();
    expect(transport.delivered).toMatchObject([
      { properties: { items: [{ item_id: 'a', tags: ['x', 'y'] }] } },
    ]);
    expect(text).toBe(JSON.stringify({ items, list: [null] }));
  },
);

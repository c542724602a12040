import {
  defineEvents,
  defineRegistry,
  heapGuideRegistry,
  parseRegistry,
  promote,
  type RegistryEntry,
} from '@tracklayer/core';
import { pageKey, pageSourcesOf } from '@tracklayer/core/adapter';
import { expect, test } from 'vitest';

const orderCompleted = {
  source: 'heap',
  source_event: 'Order Completed',
  canonical_event: 'purchase',
  status: 'approved',
  required_properties: ['order_id', 'value', 'currency'],
  properties: { order_id: 'orderId', value: 'total', currency: 'currency' },
} as const satisfies RegistryEntry;

const heap = (
  source_event: string,
  properties?: unknown,
): { source: string; source_event: string; properties: unknown } => ({
  source: 'heap',
  source_event,
  properties,
});

const cart = { value: 59.9, currency: 'EUR', items: [{ item_id: 'sku_1', price: 59.9, quantity: 1 }] };

test.each([
  ['Button Clicked: Add to cart', 'add_to_cart', cart],
  ['Form Submitted: Signup', 'sign_up', {}],
  ['Checkout Started', 'begin_checkout', { ...cart, checkout_id: 'co_1' }],
  ['Payment Info Completed', 'add_payment_info', { value: 59.9, currency: 'EUR', quality: 'strong' }],
  ['Order Completed', 'purchase', { order_id: 'ord_10492', value: 129.95, currency: 'EUR' }],
  ['Lead Form Qualified', 'qualify_lead', { lead_id: 'ld_1', pipeline_stage: 'mql' }],
])("the guide's row %s becomes %s", (label, canonical, properties) => {
  const promotion = promote(heapGuideRegistry(), heap(label, properties));
  expect(promotion).toMatchObject({ status: 'promoted', event: canonical });
});

test("the guide's condition: payment info counts only when quality is strong", () => {
  const weak = { value: 59.9, currency: 'EUR', quality: 'weak' };
  expect(promote(heapGuideRegistry(), heap('Payment Info Completed', weak)).status).toBe('unmet');
  expect(
    promote(heapGuideRegistry(), heap('Payment Info Completed', { ...weak, quality: undefined })).status,
  ).toBe('unmet');
});

test("the guide's registry block is taken with its comma text", () => {
  const registry = defineRegistry([
    {
      source: 'heap',
      source_event: 'Lead Form Qualified in UI',
      canonical_event: 'qualify_lead',
      required_properties: 'lead_id, pipeline_stage',
      status: 'approved',
    },
  ]);
  const label = 'Lead Form Qualified in UI';
  expect(promote(registry, heap(label, { lead_id: 'ld_1' }))).toMatchObject({
    status: 'missing',
    missing: ['pipeline_stage'],
  });
  expect(promote(registry, heap(label, { lead_id: 'ld_1', pipeline_stage: 'sql', secret: 1 }))).toMatchObject(
    {
      status: 'promoted',
      event: 'qualify_lead',
      properties: { lead_id: 'ld_1', pipeline_stage: 'sql' },
    },
  );
});

test('P-5 only what the entry names is copied', () => {
  const registry = defineRegistry([orderCompleted]);
  const properties = { orderId: 'ord_1', total: 1, currency: 'EUR', email: 'jane@example.com' };
  expect(promote(registry, heap('Order Completed', properties))).toEqual({
    status: 'promoted',
    entry: orderCompleted,
    event: 'purchase',
    properties: { order_id: 'ord_1', value: 1, currency: 'EUR' },
  });
});

test.each(['order completed', 'Order Completed ', 'Order Completed item', '', '__proto__', 'constructor'])(
  'P-5 a label that is not exactly approved stays where it was: %j',
  (label) => {
    expect(promote(defineRegistry([orderCompleted]), heap(label, {}))).toEqual({ status: 'unmapped' });
  },
);

test('P-5 a draft observes; a deprecated entry promotes until the end of its day', () => {
  const draft = defineRegistry([{ ...orderCompleted, status: 'draft' }]);
  const deprecated = defineRegistry([
    { ...orderCompleted, status: 'deprecated', deprecated_until: '2026-12-31' },
  ]);
  const order = heap('Order Completed', { orderId: 'ord_1', total: 1, currency: 'EUR' });
  expect(promote(draft, order).status).toBe('draft');
  expect(promote(deprecated, { ...order, at: Date.parse('2026-12-31T23:59:59Z') }).status).toBe('promoted');
  expect(promote(deprecated, { ...order, at: Date.parse('2027-01-01T00:00:00Z') }).status).toBe('draft');
});

test('properties come by path, cast, constant and function; what cannot be read is missing', () => {
  const registry = defineRegistry([
    {
      ...orderCompleted,
      properties: {
        order_id: 'order.id',
        value: { path: 'cents', cast: 'cents' },
        currency: { path: 'currency', cast: 'upper' },
        coupon: { value: 'none' },
        tax: (given) => Number(given['net']) * 0.19,
        method: () => {
          throw new Error('no');
        },
      },
    },
  ]);
  const given = { order: { id: 'ord_1' }, cents: '12995', currency: 'eur', net: 100 };
  expect(promote(registry, heap('Order Completed', given))).toMatchObject({
    properties: { order_id: 'ord_1', value: 129.95, currency: 'EUR', coupon: 'none', tax: 19 },
  });
  expect(promote(registry, heap('Order Completed', { ...given, cents: '12,50' }))).toMatchObject({
    missing: ['value'],
  });
});

const downloaded = {
  source: 'heap',
  source_event: 'Guide Downloaded',
  canonical_event: 'download',
  status: 'approved',
  properties: { content_id: 'guide', visit: 'visit.id' },
  event_key: 'visit.content_id',
} as const satisfies RegistryEntry;

test('P-2 an entry gives the event_id of an event that has no key; without its parts there is no promotion', () => {
  const registry = defineRegistry([downloaded]);
  const given = heap('Guide Downloaded', { guide: 'g:1', visit: { id: 7 } });
  expect(promote(registry, given)).toMatchObject({ status: 'promoted', event_id: '7.g:3A1_download' });
  for (const id of [undefined, {}, '']) {
    const partial = heap('Guide Downloaded', { guide: 'g', visit: { id } });
    expect(promote(registry, partial)).toMatchObject({
      status: 'missing',
      missing: ['visit', 'content_id'],
    });
  }
});

test('P-2 without a map, the parts of an event_key are taken by their own name', () => {
  const registry = defineRegistry([{ ...downloaded, properties: undefined, event_key: 'visit_id' }]);
  const given = heap('Guide Downloaded', { content_id: 'g', visit_id: 'v1' });
  expect(promote(registry, given)).toMatchObject({
    event_id: 'v1_download',
    properties: { content_id: 'g', visit_id: 'v1' },
  });
});

test.each([
  ['for an event that has one', { ...orderCompleted, event_key: 'currency' }, 'can make ids of purchase'],
  [
    'that its properties never set',
    { ...downloaded, canonical_event: 'contact', event_key: 'lead_id' },
    'never sets lead_id',
  ],
  [
    'that another entry contradicts',
    { ...downloaded, source_event: 'B', event_key: 'visit' },
    'can make ids of download',
  ],
])('P-2 an event_key %s is refused, with the entry named', (_, entry, text) => {
  expect(() => defineRegistry([downloaded, entry as never])).toThrow(text);
  expect(() => defineRegistry([downloaded, entry as never])).toThrow('entry 1 (');
});

test('P-2 an event_key is refused where two events could then get the same id', () => {
  const events = defineEvents({
    first_download: { key: 'order_id' },
  });
  expect(() => defineRegistry([downloaded], { events })).toThrow('can make ids of first_download');
});

test.each([
  ['download', 'first_download'],
  ['first_download', 'download'],
])('P-2 nor may the event_keys of two entries: %s, then %s', (one, other) => {
  const events = defineEvents({ first_download: {} });
  const named = (canonical_event: string) => ({
    ...downloaded,
    source_event: canonical_event,
    canonical_event,
  });
  const entries = [named(one), named(other)] as never;
  expect(() => defineRegistry(entries, { events })).toThrow(
    `entry 1 ("${other}"): event_key can make ids of`,
  );
});

test('P-5 a name of an entry cannot reach the prototype of what is promoted', () => {
  const entry = {
    ...downloaded,
    event_key: undefined,
    properties: { content_id: 'guide', ['__proto__']: 'all' },
  };
  const registry = defineRegistry([entry]);
  const promotion = promote(registry, heap('Guide Downloaded', { guide: 'g', all: { value: 1 } }));
  const { properties } = promotion as { properties: Record<string, unknown> };
  expect(properties['value']).toBeUndefined();
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
});

test.each<[string, unknown]>([
  ['null', null],
  ['no comparison', { path: 'orderId' }],
  ['a mistyped comparison', { path: 'orderId', equal: 'ord_2' }],
  ['a list that is none', { path: 'orderId', in: 5 }],
  ['text', ['orderId']],
])('P-5 a condition of JavaScript that is %s promotes nothing, and does not throw', (_, when) => {
  const registry = defineRegistry([{ ...orderCompleted, when: when as never }]);
  const order = heap('Order Completed', { orderId: 'ord_1', total: 1, currency: 'EUR' });
  expect(promote(registry, order).status).toBe('unmet');
});

test.each([
  [
    'a getter that throws',
    {
      get orderId() {
        throw new Error('no');
      },
    },
  ],
  ['no object', 'text'],
  ['nothing', undefined],
  ['a revoked proxy', revoked()],
  ['inherited properties', Object.create({ orderId: 'o', total: 1, currency: 'EUR' })],
])('P-4 promote does not throw on %s', (_, properties) => {
  expect(promote(defineRegistry([orderCompleted]), heap('Order Completed', properties)).status).toBe(
    'missing',
  );
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

test.each([
  ['a label twice', [orderCompleted, orderCompleted], 'entry 1 ("Order Completed") appears twice'],
  ['an unknown event', [{ ...orderCompleted, canonical_event: 'Order Completed' }], 'not in the vocabulary'],
  ['no status', [{ ...orderCompleted, status: 'yes' }], 'status must be one of'],
  ['no label', [{ ...orderCompleted, source_event: '' }], 'source_event must be text'],
  [
    'a map that never sets what is required',
    [{ ...orderCompleted, properties: { order_id: 'id' } }],
    'never sets value',
  ],
  ['a date that is none', [{ ...orderCompleted, deprecated_until: 'soon' }], 'deprecated_until'],
  [
    'a time for a date',
    [{ ...orderCompleted, deprecated_until: '2026-12-31T12:00:00Z' }],
    'deprecated_until',
  ],
  ['a date of one country', [{ ...orderCompleted, deprecated_until: '12/31/2026' }], 'deprecated_until'],
])('%s is refused at once, with the entry named', (_, entries, text) => {
  expect(() => defineRegistry(entries as never)).toThrow(text);
});

const paid = (cents: unknown, currency: unknown) =>
  promote(
    defineRegistry([
      {
        ...orderCompleted,
        properties: {
          order_id: 'orderId',
          value: { path: 'cents', cast: 'cents' },
          currency: 'currency',
          tax: { path: 'tax', cast: 'cents' },
        },
      },
    ]),
    heap('Order Completed', { orderId: 'o', cents, currency, tax: 0.5 }),
  );

test.each([
  [12_995, 'EUR', 129.95],
  ['12995', 'eur', 129.95],
  [1_200, 'JPY', 1_200],
  [1_234, 'KWD', 1.234],
])('W-2 %j minor units of %s are %d', (cents, currency, value) => {
  expect(paid(cents, currency)).toMatchObject({ status: 'promoted', properties: { value } });
});

test.each([
  ['half a cent', 12_995.5, 'EUR'],
  ['an unknown currency', 12_995, 'XYZ'],
  ['no currency', 12_995, undefined],
])('W-2 %s is no amount: the label stays where it was, and is told', (_, cents, currency) => {
  const promotion = paid(cents, currency);
  expect(promotion).toMatchObject({ status: 'missing', entry: { source_event: 'Order Completed' } });
  expect(promotion).toHaveProperty('missing', expect.arrayContaining(['value']));
});

test.each([
  ['an amount with a comma', { tax: { path: 'tax', cast: 'number' } }, { tax: '12,50' }, ['tax']],
  ['half a cent', { tax: { path: 'tax', cast: 'cents' }, currency: { value: 'EUR' } }, { tax: 0.5 }, ['tax']],
  ['text that is no JSON', { more: { path: 'more', cast: 'json' } }, { more: '{' }, ['more']],
  [
    'one inside a list',
    { items: [{ item_id: 'id', price: { path: 'p', cast: 'number' } }] },
    { id: 'a', p: '1e3' },
    ['items'],
  ],
] as const)('P-8 %s costs the event one optional property, and is named', (_, properties, given, uncast) => {
  const registry = defineRegistry([
    {
      source: 'heap',
      source_event: 'Signed In',
      canonical_event: 'login',
      status: 'approved',
      properties: { method: 'method', ...properties },
    },
  ]);
  const promotion = promote(registry, heap('Signed In', { method: 'password', ...given }));
  expect(promotion).toMatchObject({ status: 'promoted', uncast, properties: { method: 'password' } });
  expect(promote(registry, heap('Signed In', { method: 'password' }))).not.toHaveProperty('uncast');
});

const addToCart = {
  source: 'heap',
  source_event: 'Button Clicked: Add to cart',
  canonical_event: 'add_to_cart',
  status: 'approved',
  match: { on: 'click', selector: '.buy' },
  properties: {
    items: [
      {
        item_id: { attribute: 'data-sku' },
        price: { attribute: 'data-price', cast: 'number' },
        quantity: { value: 1 },
      },
    ],
    value: { attribute: 'data-price', cast: 'number' },
    currency: { value: 'EUR' },
    more: { json: { attribute: 'data-more', cast: 'json' }, of: 'none' },
  },
} as const satisfies RegistryEntry;

test('the guide’s first row can be written in a file: nested maps, a list of them, JSON of an attribute', () => {
  const registry = parseRegistry(JSON.stringify([addToCart]));
  const page = {
    'attribute:data-sku': 'sku_1',
    'attribute:data-price': '59.90',
    'attribute:data-more': '{"a":[1]}',
  };
  expect(promote(registry, heap('Button Clicked: Add to cart', page))).toMatchObject({
    status: 'promoted',
    properties: {
      items: [{ item_id: 'sku_1', price: 59.9, quantity: 1 }],
      value: 59.9,
      currency: 'EUR',
      more: { json: { a: [1] } },
    },
  });
  expect(pageSourcesOf(addToCart.properties).map((source) => pageKey(source))).toEqual([
    'attribute:data-sku',
    'attribute:data-price',
    'attribute:data-price',
    'attribute:data-more',
  ]);
});

test('a map of which only constants are there is not there', () => {
  const registry = defineRegistry([addToCart]);
  expect(
    promote(registry, heap('Button Clicked: Add to cart', { 'attribute:data-more': 'no json' })),
  ).toMatchObject({
    status: 'missing',
    missing: ['value', 'items'],
  });
});

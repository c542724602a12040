import { parseRegistry, promote, type TrackLayerError } from '@tracklayer/core';
import { expect, test } from 'vitest';

const entry = {
  source: 'heap',
  source_event: 'Order Completed',
  canonical_event: 'purchase',
  status: 'approved',
  required_properties: 'order_id, value, currency',
  properties: {
    order_id: 'orderId',
    value: { path: 'cents', cast: 'cents' },
    currency: { value: 'EUR' },
  },
  when: { path: 'state', in: ['paid', 'shipped'] },
  notes: 'Primary revenue event.',
};

test.each([
  ['a list', [entry]],
  ['an answer of GET /api/registry', { version: '7', entries: [entry] }],
  ['text', JSON.stringify({ version: '7', entries: [entry] })],
])('W-32 a registry is read from %s', (_, json) => {
  const registry = parseRegistry(json);
  expect(registry.entries).toEqual([entry]);
  const properties = { orderId: 'ord_1', cents: 12_995, state: 'paid' };
  expect(promote(registry, { source: 'heap', source_event: 'Order Completed', properties })).toMatchObject({
    status: 'promoted',
    properties: { order_id: 'ord_1', value: 129.95, currency: 'EUR' },
  });
});

test.each([
  ['text that is no JSON', 'entries:', 'the registry is not JSON'],
  ['no list', { version: '1' }, 'the registry must be a list of entries'],
  ['nothing', null, 'the registry must be a list of entries'],
  ['an entry that is none', ['purchase'], 'entry 0 (undefined) must be an object, got text'],
  ['required properties as a map', [{ ...entry, required_properties: {} }], 'required_properties'],
  ['a source that is none', [{ ...entry, properties: { ...entry.properties, tax: 7 } }], 'properties.tax'],
  [
    'a cast that is none',
    [{ ...entry, properties: { ...entry.properties, tax: { path: 'a', cast: 'euro' } } }],
    'properties.tax',
  ],
  [
    'a source that is two',
    [{ ...entry, properties: { ...entry.properties, tax: { path: 'a', attribute: 'data-a' } } }],
    'properties.tax',
  ],
  [
    'a condition without a comparison',
    [{ ...entry, when: { path: 'state', equal: 'paid' } }],
    'when must be { path, equals | in | gte }',
  ],
  ['a condition of text', [{ ...entry, when: 'paid' }], 'when must be { path, equals | in | gte }'],
  ['an unknown event', [{ ...entry, canonical_event: 'sale' }], 'sale, which is not in the vocabulary'],
  ['no status', [{ ...entry, status: undefined }], 'status must be one of draft, approved, deprecated'],
  ['a key of no part, P-2', [{ ...entry, event_key: '|' }], 'event_key must be a name'],
  [
    'a selector that is not a text',
    [{ ...entry, match: { on: 'click', selector: 5 } }],
    'match.selector must be text',
  ],
  ['a label twice', [entry, entry], 'entry 1 ("Order Completed") appears twice'],
  [
    'a map that never sets what is required',
    [{ ...entry, properties: { order_id: 'orderId' } }],
    'properties never sets value',
  ],
])('%s is refused, with the entry named', (_, json, text) => {
  expect(() => parseRegistry(json)).toThrow(text);
});

test('W-32 sources of a page are read from json too', () => {
  const page = {
    ...entry,
    match: { on: 'click', selector: '.buy' },
    properties: {
      order_id: { field: 'order' },
      value: { attribute: 'data-v', cast: 'number' },
      currency: { json_ld: 'c' },
    },
  };
  expect(parseRegistry([page]).entries).toEqual([page]);
});

const thrown = (json: unknown): TrackLayerError => {
  try {
    parseRegistry(json);
  } catch (error) {
    return error as TrackLayerError;
  }
  throw new Error('it was taken');
};
const withSources = (properties: object): object => ({
  ...entry,
  properties: { ...entry.properties, ...properties },
});

test('all problems are reported at once, entry by entry, each with its path', () => {
  const entries = [
    { ...withSources({ cupon: 'code', tax: { path: 'tax', cast: 'cent' } }), propertys: {} },
    { ...entry, source_event: 'B', canonical_event: 'purchse', status: 'live' },
    'purchase',
    {
      ...withSources({ items: { attribute: 'data-items' }, shipping: { value: 'free' } }),
      source_event: 'C',
    },
  ];
  const { problems, detail, path } = thrown(entries);
  expect(problems.map((problem) => `${problem.path} ${problem.message}`)).toEqual([
    'entries.0.propertys is not a field of an entry; did you mean properties?',
    'entries.0.properties.cupon is not a property that the event knows; did you mean coupon?',
    'entries.0.properties.tax.cast must be one of number, cents, upper, json; did you mean cents?',
    'entries.1.status must be one of draft, approved, deprecated',
    'entries.1.canonical_event names purchse, which is not in the vocabulary; did you mean purchase?',
    'entries.2 must be an object, got text',
    expect.stringMatching(
      /^entries\.3\.properties\.items reads text, but must be a list .*; add cast: json$/,
    ) as string,
    expect.stringMatching(
      /^entries\.3\.properties\.shipping\.value must be a number in major units.*, got text$/,
    ) as string,
  ]);
  expect(path).toBe('entries.0.propertys');
  expect(detail).toContain('entry 1 ("B"): canonical_event names purchse');
});

test.each([
  ['a list of maps', { items: [] }, 'properties.items must have at least one map of sources'],
  [
    'cents without a currency',
    { currency: undefined, tax: { path: 't', cast: 'cents' } },
    'needs currency, too',
  ],
  ['a number from an attribute', { tax: { attribute: 'data-tax' } }, 'add cast: number (or cents)'],
  ['nothing', { tax: {} }, 'must say where the value comes from'],
  [
    'a source in a list',
    { items: [{ item_id: { attribute: '' } }] },
    'properties.items.0.item_id.attribute must be text',
  ],
])('%s that cannot be is refused', (_, properties, text) => {
  const sources = JSON.parse(JSON.stringify({ ...entry.properties, ...properties })) as object;
  expect(thrown([{ ...entry, properties: sources }]).detail).toContain(text);
});

test('names of their own are not mistakes', () => {
  expect(
    parseRegistry([withSources({ value2: 'b', item: 'c', plans: 'd', color: 'e' })]).entries,
  ).toHaveLength(1);
});

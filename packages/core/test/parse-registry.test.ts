import { parseRegistry, promote } from '@tracklayer/core';
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
  ['an entry that is none', ['purchase'], 'entry 0 (nothing) is no object'],
  ['required properties as a map', [{ ...entry, required_properties: {} }], 'required_properties'],
  ['a source that is none', [{ ...entry, properties: { ...entry.properties, tax: 7 } }], 'for tax'],
  [
    'a cast that is none',
    [{ ...entry, properties: { ...entry.properties, tax: { path: 'a', cast: 'euro' } } }],
    'for tax',
  ],
  [
    'a source that is two',
    [{ ...entry, properties: { ...entry.properties, tax: { path: 'a', attribute: 'data-a' } } }],
    'for tax',
  ],
  ['a condition without a comparison', [{ ...entry, when: { path: 'state', equal: 'paid' } }], 'a condition'],
  ['a condition of text', [{ ...entry, when: 'paid' }], 'a condition'],
  ['an unknown event', [{ ...entry, canonical_event: 'sale' }], 'sale, which is not in the vocabulary'],
  ['no status', [{ ...entry, status: undefined }], 'has no status'],
  ['a key of no part, P-2', [{ ...entry, event_key: '|' }], 'an event_key that is no name'],
  ['a selector that is no text', [{ ...entry, match: { on: 'click', selector: 5 } }], 'a match whose'],
  ['a label twice', [entry, entry], 'entry 1 ("Order Completed") is there twice'],
  [
    'a map that never sets what is required',
    [{ ...entry, properties: { order_id: 'orderId' } }],
    'requires value',
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

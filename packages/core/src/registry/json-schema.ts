import { keyShape } from '../event/event-id.ts';
import type { JsonSchema } from '../event/json-schema.ts';

const text: JsonSchema = { type: 'string' };
const name: JsonSchema = { type: 'string', minLength: 1 };
const cast: JsonSchema = { enum: ['number', 'cents', 'upper', 'json'] };
const scalar: JsonSchema = { type: ['string', 'number', 'boolean'] };

const sourceBy = (field: string): JsonSchema => ({
  type: 'object',
  required: [field],
  properties: { [field]: name, cast },
});

// Named with it, for readers of schemas who heed `required` only beside `properties`.
const has = (field: string): JsonSchema => ({
  type: 'object',
  required: [field],
  properties: { [field]: {} },
});

const places = ['path', 'attribute', 'field', 'json_ld'];
const aSource: readonly JsonSchema[] = [name, ...places.map(sourceBy), has('value')];
// Maps in maps are rare, and what is in them is the parser's to say.
const map: JsonSchema = {
  type: 'object',
  minProperties: 1,
  properties: Object.fromEntries([...places, 'value', 'cast'].map((place) => [place, { not: {} }])),
};
const sources: readonly JsonSchema[] = [
  ...aSource,
  map,
  { type: 'array', minItems: 1, items: { type: 'object', minProperties: 1 } },
];

const condition: JsonSchema = {
  type: 'object',
  required: ['path'],
  properties: { path: name, equals: scalar, in: { type: 'array', items: scalar }, gte: { type: 'number' } },
  anyOf: ['equals', 'in', 'gte'].map(has),
};

/** One entry of a registry (docs/wire.md W-32), for events of these names. */
export const entrySchema = (events: readonly string[]): JsonSchema => ({
  type: 'object',
  required: ['source', 'source_event', 'canonical_event', 'status'],
  properties: {
    source: name,
    source_event: name,
    canonical_event: { enum: events },
    status: { enum: ['draft', 'approved', 'deprecated'] },
    required_properties: { anyOf: [text, { type: 'array', items: text }] },
    deprecated_until: { type: 'string', format: 'date', description: 'The last day, as in 2026-12-31.' },
    match: {
      type: 'object',
      required: ['on'],
      properties: {
        on: { enum: ['click', 'submit', 'change', 'pageview'] },
        selector: text,
        path: text,
        text,
      },
    },
    when: { anyOf: [condition, { type: 'array', items: condition }] },
    properties: {
      type: 'object',
      additionalProperties: {
        anyOf: sources,
      },
    },
    event_key: { type: 'string', pattern: keyShape.source },
    notes: text,
  },
});

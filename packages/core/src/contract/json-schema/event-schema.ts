import type { JsonSchema } from '../../event/json-schema.ts';
import { propertyTypes } from '../canonical-events.ts';
import type { ContractRow } from '../contract.ts';
import { typeSchemas } from '../property-types.ts';
import type { StandardSchema } from '../standard-schema.ts';

export const draft = 'https://json-schema.org/draft/2020-12/schema';

const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
export const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });

// Named with it, for readers of schemas who heed `required` only beside `properties`.
const has = (field: string): JsonSchema => ({
  type: 'object',
  required: [field],
  properties: { [field]: {} },
});

const personId: JsonSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  description: 'A person; no word for nobody, and no e-mail address (W-19).',
};
const time: JsonSchema = {
  type: 'string',
  format: 'date-time',
  description: 'ISO-8601 with its zone (W-2).',
};
const consent: JsonSchema = { enum: ['granted', 'denied'] };

/** What events and identifies have in common, and what their schemas refer to. */
export const definitions: Readonly<Record<string, JsonSchema>> = {
  ...typeSchemas,
  known: {
    type: 'object',
    description: 'Properties that mean the same in every event.',
    properties: Object.fromEntries(
      Object.entries(propertyTypes).map(([name, type]) => [name, orNull(ref(type))]),
    ),
    patternProperties: { _sha256$: orNull(ref('hash')) },
  },
  event_id: { type: 'string', pattern: '^[\\w.:-]{1,128}$' },
  message: {
    type: 'object',
    properties: {
      user_id: personId,
      anonymous_id: personId,
      account_id: personId,
      source: { type: 'string', maxLength: 255 },
      occurred_at: time,
      sent_at: time,
      context: { type: 'object' },
      consent: {
        type: 'object',
        properties: {
          ad_user_data: consent,
          ad_personalization: consent,
          analytics: consent,
          gpc: { type: 'boolean' },
        },
      },
    },
    anyOf: ['user_id', 'anonymous_id'].map(has),
  },
};

/** One event, for a document that has the {@link definitions}. */
export function eventSchema(
  event: string,
  { required = [], types: own = {}, schema }: ContractRow,
): JsonSchema {
  const typed = { ...propertyTypes, ...own };
  const typeOf = (name: string): JsonSchema =>
    Object.hasOwn(typed, name) ? ref(typed[name as keyof typeof typed]) : {};
  const optional = Object.keys(own).filter((name) => !required.includes(name));
  const properties = {
    type: 'object',
    required,
    properties: Object.fromEntries([
      ...required.map((name) => [name, typeOf(name)] as const),
      ...optional.map((name) => [name, orNull(typeOf(name))] as const),
    ]),
    allOf: [ref('known'), ...(schema ? saidBy(schema) : [])],
  };
  return {
    title: event,
    type: 'object',
    required: ['event', 'event_id', ...(required.length > 0 ? ['properties'] : [])],
    properties: { event: { const: event }, event_id: ref('event_id'), properties },
    allOf: [ref('message')],
  };
}

/** What a schema says of itself; nothing where its library cannot, or needs definitions of its own for it. */
function saidBy(schema: StandardSchema): JsonSchema[] {
  try {
    const said = schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12' });
    if (!said || '$defs' in said) return [];
    const { $schema: _, ...rest } = said;
    return [rest];
  } catch {
    return [];
  }
}

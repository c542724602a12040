import { isFields } from '../event/is-fields.ts';
import type { Json } from '../event/event.ts';
import { isIdText } from '../event/id-text.ts';
import type { JsonSchema } from '../event/json-schema.ts';
import { isHash, type Sha256 } from '../event/sha256.ts';

/** One product of `items`, in GA4's shape: `item_id` or `item_name`, prices in major units. */
export interface Item {
  item_id?: string | undefined;
  item_name?: string | undefined;
  price?: number | undefined;
  quantity?: number | undefined;
  item_brand?: string | undefined;
  item_category?: string | undefined;
  item_variant?: string | undefined;
  coupon?: string | undefined;
  index?: number | undefined;
  [key: string]: Json | undefined;
}

/** A type of property. Its guard says what it is in TypeScript, too; page, server and command all ask this one. */
export interface TypeRow {
  is: (value: unknown) => boolean;
  /** What it must be, for a person to read. */
  wanted: string;
  /** What is plainly meant by a value of another form. */
  mend?: ((value: unknown) => unknown) | undefined;
  /** What each of a list must be. */
  item?: Pick<TypeRow, 'is' | 'wanted'> | undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** Every type of property: those of the vocabulary first, then what only own properties are. */
export const typeRows = {
  id: {
    is: (value: unknown): value is string | number =>
      isText(value) ? isIdText(value) : Number.isSafeInteger(value),
    wanted: 'text of 1 to 255 bytes without control characters, or a whole number (docs/wire.md W-3)',
  },
  text: { is: isText, wanted: 'text' },
  /** In major units of `currency`: `129.95`, not cents. */
  amount: { is: isNumber, wanted: 'a number in major units, such as 129.95 (docs/wire.md W-2)' },
  currency: {
    is: (value: unknown): value is string => isText(value) && /^[A-Z]{3}$/.test(value),
    wanted: 'a currency code of ISO 4217, such as "EUR" (docs/wire.md W-2)',
    mend: (value: unknown) => (isText(value) ? value.trim().toUpperCase() : value),
  },
  items: {
    is: (value: unknown): value is readonly Item[] =>
      Array.isArray(value) && value.length <= maxItems && value.every(isItem),
    wanted: 'a list of up to 500 items: { item_id or item_name, price, quantity }',
    item: {
      is: isItem,
      wanted: 'an item with item_id or item_name, and price and quantity as numbers',
    },
  },
  /** Not money: a count, a score. */
  number: { is: isNumber, wanted: 'a number' },
  boolean: { is: (value: unknown): value is boolean => typeof value === 'boolean', wanted: 'true or false' },
  hash: {
    is: (value: unknown): value is Sha256 => isHash(value),
    wanted: 'a SHA-256 of something: 64 lower-case hex digits (docs/wire.md W-18)',
  },
  json: { is: (_value: unknown): _value is Json => true, wanted: 'JSON' },
} as const satisfies Record<string, TypeRow>;

/** A type that a property can have: `id`, `text`, `amount`, … */
export type OwnPropertyType = keyof typeof typeRows;

/** What each type is in TypeScript, by its guard. */
export type PropertyTypeMap = {
  [Type in OwnPropertyType]: (typeof typeRows)[Type]['is'] extends ((value: unknown) => value is infer Value)
    ? Value
    : never;
};

const maxItems = 500;

function isItem(item: unknown): item is Item {
  if (!isFields(item)) return false;
  const { item_name, item_id = item_name, price = 0, quantity = 0 } = item;
  return (
    (isText(item_id) || isNumber(item_id)) &&
    (item_name === undefined || isText(item_name)) &&
    isNumber(price) &&
    isNumber(quantity)
  );
}

const text: JsonSchema = { type: 'string' };
const number: JsonSchema = { type: 'number' };
/** The same rows as JSON Schema, as far as it can say them; a constant apart, which pages do not carry. */
export const typeSchemas: Readonly<Record<OwnPropertyType, JsonSchema>> = {
  id: {
    anyOf: [
      { type: 'string', minLength: 1, maxLength: 255, pattern: '\\S' },
      { type: 'integer', minimum: -9_007_199_254_740_991, maximum: 9_007_199_254_740_991 },
    ],
    description: 'Text of 1 to 255 bytes without control characters, or a whole number (W-3).',
  },
  text,
  amount: { type: 'number', description: 'Major units of `currency`: 129.95, not cents (W-2).' },
  currency: {
    type: 'string',
    pattern: '^\\s*[A-Za-z]{3}\\s*$',
    description: 'ISO 4217 (W-2); lower case is accepted and changed to upper case.',
  },
  items: {
    type: 'array',
    maxItems,
    items: {
      type: 'object',
      properties: {
        item_id: { type: ['string', 'number'] },
        item_name: text,
        price: number,
        quantity: number,
      },
      // Named with it, for readers of schemas who heed `required` only beside `properties`.
      anyOf: [
        { type: 'object', required: ['item_id'], properties: { item_id: {} } },
        { type: 'object', required: ['item_name'], properties: { item_name: {} } },
      ],
    },
  },
  number,
  boolean: { type: 'boolean' },
  hash: {
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    description: 'SHA-256 in lower-case hex digits, of something (W-18).',
  },
  json: {},
};

import * as z from 'zod/mini';
import { isHash } from '../event/sha256.ts';
import type { OwnPropertyType } from './own-event.ts';

// Texts of ours only: zod's own quote keys, and a key may be personal (docs/wire.md W-7).
export const told = (otherwise: string) => ({
  error: ({ input }: { input?: unknown }): string => (input === undefined ? 'is missing' : otherwise),
});

/** What each type of property looks like, in full, as zod/mini schemas. */
export const shapes = {
  id: z.union(
    [
      z.string().check(
        z.regex(/^(?=[^]{1,255}$)[^\p{Cc}\p{Cs}]*[^\s\p{Cc}\p{Cs}][^\p{Cc}\p{Cs}]*$/u),
        z.refine((text) => new TextEncoder().encode(text).byteLength <= 255),
      ),
      z.number().check(z.refine(Number.isSafeInteger)),
    ],
    told('is no id: text of 1 to 255 bytes, or a whole number (docs/wire.md W-3)'),
  ),
  text: z.string(told('is no text')),
  amount: z.number(told('is no finite number in major units, such as 129.95')),
  currency: z
    .string(told('is no currency code of ISO 4217 in upper case, such as "EUR"'))
    .check(z.regex(/^[A-Z]{3}$/, 'is no currency code of ISO 4217 in upper case, such as "EUR"')),
  items: z
    .array(
      z
        .looseObject(
          {
            item_id: z.optional(z.union([z.string(), z.number()], told('is no text or number'))),
            item_name: z.optional(z.string(told('is no text'))),
            price: z.optional(z.number(told('is no finite number'))),
            quantity: z.optional(z.number(told('is no finite number'))),
          },
          told('is no item: { item_id, price, quantity, … }'),
        )
        .check(
          z.refine(
            ({ item_id, item_name }) => item_id !== undefined || item_name !== undefined,
            'has neither item_id nor item_name',
          ),
        ),
      told('is no list of items'),
    )
    .check(z.maxLength(500, 'has more than 500 items')),
  number: z.number(told('is no finite number')),
  boolean: z.boolean(told('is neither true nor false')),
  hash: z.string(told('is no text')).check(z.regex(/^[0-9a-f]{64}$/, 'is no SHA-256 (docs/wire.md W-18)')),
  json: z.unknown(),
} as const satisfies Record<OwnPropertyType, z.ZodMiniType>;

/** Values that need no schema to be told fine: most of them, several times as quick. */
export const isPlainly: Readonly<Record<OwnPropertyType, (value: unknown) => boolean>> = {
  id: (value) => typeof value === 'string' && /^[\w.:-]{1,255}$/.test(value),
  text: (value) => typeof value === 'string',
  amount: Number.isFinite,
  currency: (value) => typeof value === 'string' && /^[A-Z]{3}$/.test(value),
  items: () => false,
  number: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  hash: isHash,
  json: () => true,
};

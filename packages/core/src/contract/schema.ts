import * as z from 'zod/mini';
import type { FieldError } from '../event/event.ts';
import { canonicalEvents, propertyTypes, type EventRow } from './canonical-events.ts';

// Texts of ours only: zod's own quote keys, and a key may be personal (docs/wire.md W-7).
const told = (otherwise: string) => ({
  error: ({ input }: { input?: unknown }): string => (input === undefined ? 'is missing' : otherwise),
});

const shapes = {
  id: z.union(
    [
      z.string().check(z.regex(/^(?=[^]{1,255}$)[^\p{Cc}\p{Cs}]*[^\s\p{Cc}\p{Cs}][^\p{Cc}\p{Cs}]*$/u)),
      z.number().check(z.refine(Number.isSafeInteger)),
    ],
    told('is no id: text of 1 to 255 characters, or a whole number'),
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
} as const;

type Properties = z.core.$ZodType<Readonly<Record<string, unknown>>>;

/** The properties of every event of the vocabulary, as zod/mini schemas built from its table. */
export const propertySchemas: ReadonlyMap<string, Properties> = new Map(
  Object.entries<EventRow>(canonicalEvents).map(([event, { required = [] }]) => {
    const shape = Object.fromEntries(
      Object.entries(propertyTypes).map(([name, type]) => [
        name,
        required.includes(name) ? shapes[type] : z.nullish(shapes[type]),
      ]),
    );
    return [event, z.looseObject(shape, told('are no object'))];
  }),
);

/** What is wrong with a value, field by field; nothing when nothing is. */
export function faultsOf(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly PropertyKey[] = [],
): FieldError[] {
  const result = z.safeParse(schema, value);
  if (result.success) return [];
  return result.error.issues.map((issue) => ({
    path: [...path, ...issue.path].join('.'),
    message: issue.message,
  }));
}

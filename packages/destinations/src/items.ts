import type { JsonObject } from '@tracklayer/core';

/** One product of `items`, with what it has in the right type and nothing else. */
export interface ReadItem {
  id?: string | undefined;
  name?: string | undefined;
  price?: number | undefined;
  quantity?: number | undefined;
  brand?: string | undefined;
  category?: string | undefined;
}

/** The products of an event; what is no object counts as none. */
export function itemsOf({ items }: JsonObject): ReadItem[] {
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown) => {
    if (typeof item !== 'object' || item === null) return [];
    const { item_id, item_name, price, quantity, item_brand, item_category } = item as JsonObject;
    return [
      without({
        id: text(item_id),
        name: text(item_name),
        price: amount(price),
        quantity: amount(quantity),
        brand: text(item_brand),
        category: text(item_category),
      }),
    ];
  });
}

const amount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

const text = (value: unknown): string | undefined =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : undefined;

/** Leaves out what says nothing: `undefined`, `null`, empty text, empty lists and objects. Keeps `0` and `false`. */
export function without<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => !isEmpty(field))) as Value;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

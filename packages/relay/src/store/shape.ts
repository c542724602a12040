import type { WireEvent } from '@tracklayer/core';

/** JSON types of a key's values, and how often each came. */
export type TypeCounts = Partial<Record<JsonType, number>>;
type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** What the properties of one event from one source looked like: counts only, never a value. */
export interface Shape {
  /** Copies seen, duplicates included. */
  copies: number;
  conflicts: number;
  rejected: number;
  /** Keys of `properties`, one level deep; those beyond {@link maxKeys} and those that are no name are left out. */
  keys: Record<string, TypeCounts>;
}

/** Keys that one event's shape holds. */
const maxKeys = 200;
// A key may be personal when a program makes it: `seen_by_jane@example.com`.
const keyName = /^[A-Za-z_$][\w$.-]{0,63}$/;

export const emptyShape = (): Shape => ({ copies: 0, conflicts: 0, rejected: 0, keys: bare({}) });

/** Reads a shape that was written as JSON. */
export function readShape(text: string): Shape {
  const shape = JSON.parse(text) as Shape;
  return { ...shape, keys: bare(shape.keys) };
}

// Without a prototype, so that a key named `constructor` is a key like others.
const bare = (keys: Shape['keys']): Shape['keys'] =>
  Object.assign(Object.create(null), keys) as Shape['keys'];

/** Adds one copy to a shape, in place. */
export function addCopy(shape: Shape, { properties = {} }: WireEvent, isConflict: boolean): void {
  shape.copies++;
  if (isConflict) shape.conflicts++;
  for (const key in properties) {
    const types = shape.keys[key] ?? (keyName.test(key) ? (shape.keys[key] = {}) : undefined);
    if (!types) continue;
    const type = typeOf(properties[key]);
    types[type] = (types[type] ?? 0) + 1;
  }
}

/** Adds what was seen to what is known, in place. */
export function addShape(known: Shape, seen: Shape): void {
  known.copies += seen.copies;
  known.conflicts += seen.conflicts;
  known.rejected += seen.rejected;
  let room = maxKeys - Object.keys(known.keys).length;
  for (const [key, counts] of Object.entries(seen.keys)) {
    if (!known.keys[key] && room-- <= 0) continue;
    const types = (known.keys[key] ??= {});
    for (const [type, count] of Object.entries(counts) as [JsonType, number][]) {
      types[type] = (types[type] ?? 0) + count;
    }
  }
}

function typeOf(value: unknown): JsonType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

const maxDepth = 8;
const maxKeys = 500;
const maxText = 40_960;

/** What one walk has seen so far; one walk at a time, since nothing in it can run code but a getter. */
interface Walk {
  keys: number;
  characters: number;
}

/**
 * Why a value can not travel as JSON, without loss, within the limits (docs/wire.md §7): 8 levels, 500 keys. `NaN`,
 * `Infinity`, BigInt, functions, class instances and cycles are refused where JSON would turn them into `null`, drop
 * them, or fail. A key that is `undefined` counts as absent.
 *
 * @param path - what the value is called in the answer, as in `properties`.
 * @returns what is wrong, for a person to read; names keys, never values.
 */
export function problemOfJson(value: unknown, path: string): string | undefined {
  if (!isPlain(value) || Array.isArray(value)) return `${path} is no plain object`;
  return problemOfObject(value, path, 1, { keys: 0, characters: 0 });
}

/** Whether a problem is one of size, which counts as `too_large`. */
export const isTooLarge = (problem: string): boolean => problem.endsWith(tooLong);

const tooLong = 'is over 40 KiB of text';

function problemOfObject(
  object: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  walk: Walk,
): string | undefined {
  if (depth > maxDepth) return `${path} is nested deeper than ${maxDepth} levels, or contains itself`;
  const keys = Object.keys(object);
  walk.keys += keys.length;
  if (walk.keys > maxKeys) return `${path} brings more than ${maxKeys} keys`;
  for (const key of keys) {
    if (key === '__proto__') return `${path} has the key "__proto__"`;
    const value = object[key];
    if (value === undefined) continue;
    const problem = problemOfValue(value, path, key, depth, walk);
    if (problem) return problem;
  }
  return undefined;
}

function problemOfList(
  list: readonly unknown[],
  path: string,
  depth: number,
  walk: Walk,
): string | undefined {
  if (depth > maxDepth) return `${path} is nested deeper than ${maxDepth} levels, or contains itself`;
  walk.keys += list.length;
  if (walk.keys > maxKeys) return `${path} brings more than ${maxKeys} keys and entries`;
  for (let index = 0; index < list.length; index++) {
    const problem = problemOfValue(list[index], path, index, depth, walk);
    if (problem) return problem;
  }
  return undefined;
}

function problemOfValue(
  value: unknown,
  path: string,
  key: string | number,
  depth: number,
  walk: Walk,
): string | undefined {
  switch (typeof value) {
    case 'string':
      walk.characters += value.length;
      return walk.characters > maxText ? `${path} ${tooLong}` : undefined;
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value)
        ? undefined
        : `${path}.${shown(key)} is ${value}, which JSON can not hold`;
    case 'object': {
      if (value === null) return undefined;
      const at = `${path}.${shown(key)}`;
      if (Array.isArray(value)) return problemOfList(value, at, depth + 1, walk);
      if (isPlain(value)) return problemOfObject(value, at, depth + 1, walk);
      return `${at} is ${value instanceof Date ? 'a Date; pass its toISOString()' : 'no plain object'}`;
    }
    default:
      return `${path}.${shown(key)} is of type ${typeof value}, which JSON can not hold`;
  }
}

/** Made by `{}` or `Object.create(null)`, of any realm: not a Date, a Map, a DOM node, or an instance of a class. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A key is the caller's text and may be personal: only what looks like a field name is shown. */
const shown = (key: string | number): string => (/^\w{1,64}$/.test(String(key)) ? String(key) : '*');

import { maxDepth, maxKeys, maxMessageBytes as maxText } from '../event/limits.ts';

/** What one walk has seen so far. */
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
 * @param check - says what is wrong with a value of the first level, by its key.
 * @returns what is wrong, for a person to read; begins with where it is, names keys, never values.
 */
export function problemOfJson(
  value: unknown,
  path: string,
  check?: (key: string, value: unknown) => string | undefined,
): string | undefined {
  if (!isPlain(value) || Array.isArray(value)) return `${path} is no plain object`;
  return problemOfObject(value, path, 1, { keys: 0, characters: 0 }, check);
}

/** Whether a problem is one of size, which counts as `too_large`. */
export const isTooLarge = (problem: string): boolean => problem.endsWith(tooLong);

const tooLong = 'is over 40 KiB of text';

function problemOfObject(
  object: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  walk: Walk,
  check?: (key: string, value: unknown) => string | undefined,
): string | undefined {
  if (depth > maxDepth) return `${path} is nested deeper than ${maxDepth} levels, or contains itself`;
  // Twice as quick as Object.keys. What a page hung onto Object.prototype comes along and is sorted out when it matters.
  for (const key in object) {
    if (++walk.keys > maxKeys) return `${path} brings more than ${maxKeys} keys`;
    const value = object[key];
    if (value === undefined) continue;
    const problem =
      key === '__proto__'
        ? `${path} has the key "__proto__"`
        : (check?.(key, value) ?? problemOfValue(value, path, key, depth, walk));
    if (problem && Object.hasOwn(object, key)) return problem;
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
  if (walk.keys > maxKeys) return `${path} brings more than ${maxKeys} keys`;
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

const isFieldName = /^\w{1,64}$/;

/** A key is the caller's text and may be personal: only what looks like a field name is shown. */
const shown = (key: string | number): string =>
  typeof key === 'number' ? `${key}` : isFieldName.test(key) ? key : '*';

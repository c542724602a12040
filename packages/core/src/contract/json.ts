import { maxDepth, maxKeys, maxMessageBytes as maxText } from '../event/limits.ts';
import { pathOf, problemAt, type Problem } from '../event/problem.ts';

/** What one walk has seen so far. */
interface Walk {
  keys: number;
  characters: number;
}

/** Says what is wrong with a value of the first level, by its key. */
export type CheckProperty = (key: string, value: unknown) => Problem | undefined;

/**
 * Why a value cannot travel as JSON, without loss, within the limits (docs/wire.md §7): 8 levels, 500 keys. `NaN`,
 * `Infinity`, BigInt, functions, class instances and cycles are refused where JSON would turn them into `null`, drop
 * them, or fail. A key that is `undefined` counts as absent.
 *
 * @param path - what the value is called in the answer, as in `properties`.
 */
export function problemOfJson(value: unknown, path: string, check?: CheckProperty): Problem | undefined {
  if (!isPlain(value) || Array.isArray(value)) return problemAt(path, 'is not a plain object');
  return problemOfObject(value, path, 1, { keys: 0, characters: 0 }, check);
}

const tooDeep = (path: string): Problem =>
  problemAt(path, `is nested deeper than ${maxDepth} levels, or contains itself`, 'too_deep');
const tooManyKeys = (path: string): Problem => problemAt(path, `has more than ${maxKeys} keys`, 'invalid');

function problemOfObject(
  object: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
  walk: Walk,
  check?: CheckProperty,
): Problem | undefined {
  if (depth > maxDepth) return tooDeep(path);
  // Twice as quick as Object.keys. What a page hung onto Object.prototype comes along and is sorted out when it matters.
  for (const key in object) {
    if (++walk.keys > maxKeys) return tooManyKeys(path);
    const value = object[key];
    if (value === undefined) continue;
    const problem =
      key === '__proto__'
        ? problemAt(path, 'has the key "__proto__"')
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
): Problem | undefined {
  if (depth > maxDepth) return tooDeep(path);
  walk.keys += list.length;
  if (walk.keys > maxKeys) return tooManyKeys(path);
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
): Problem | undefined {
  switch (typeof value) {
    case 'string':
      walk.characters += value.length;
      return walk.characters > maxText ? problemAt(path, 'is over 40 KiB of text', 'too_large') : undefined;
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value)
        ? undefined
        : problemAt(pathOf(path, key), `is ${value}, which JSON cannot hold`);
    case 'object': {
      if (value === null) return undefined;
      const at = pathOf(path, key);
      if (Array.isArray(value)) return problemOfList(value, at, depth + 1, walk);
      if (isPlain(value)) return problemOfObject(value, at, depth + 1, walk);
      return problemAt(
        at,
        value instanceof Date ? 'is a Date; pass its toISOString()' : 'is not a plain object',
      );
    }
    default:
      return problemAt(pathOf(path, key), `is of type ${typeof value}, which JSON cannot hold`);
  }
}

/** Made by `{}` or `Object.create(null)`, of any realm: not a Date, a Map, a DOM node, or an instance of a class. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

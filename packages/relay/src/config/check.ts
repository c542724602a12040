import type { Problem } from '@tracklayer/core';

/** Finds what is wrong with one setting; never says its value, which may be a secret. */
export type Check = (value: unknown, path: string) => readonly Problem[];

/** Passes what `test` does; `must` goes on where the path ends: `must be text`. */
export const passes =
  (test: (value: unknown) => boolean, must: string): Check =>
  (value, path) =>
    test(value) ? [] : [problem(path, `${must}, got ${kindOf(value)}`)];

export const text = passes((value) => typeof value === 'string' && value !== '', 'must be text');

export const wholeNumber = (least: number, most: number): Check =>
  passes(
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    `must be a whole number from ${least} to ${most}`,
  );

export const oneOf = (words: readonly string[]): Check =>
  passes((value) => words.includes(value as string), `must be one of ${words.join(', ')}`);

export const list =
  (item: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((one: unknown, place) => item(one, `${path}.${place}`))
      : [problem(path, `must be a list, got ${kindOf(value)}`)];

/** An object with these fields and no others; each may be absent. */
export const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isObject(value)) return [problem(path, `must be an object, got ${kindOf(value)}`)];
    return Object.entries(value).flatMap(([name, given]) => {
      const at = path === '' ? name : `${path}.${name}`;
      if (Object.hasOwn(checks, name)) return given === undefined ? [] : (checks[name] as Check)(given, at);
      const message = `is an unknown setting; there are ${Object.keys(checks).join(', ')}`;
      return [{ path: at, message, code: 'unknown_field' as const }];
    });
  };

/** Passes what one of two checks passes. */
export const either =
  (one: Check, other: Check, must: string): Check =>
  (value, path) =>
    one(value, path).length === 0 || other(value, path).length === 0
      ? []
      : [problem(path, `${must}, got ${kindOf(value)}`)];

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const problem = (path: string, message: string): Problem => ({ path, message, code: 'invalid' });

function kindOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value === '' ? 'empty text' : 'text';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

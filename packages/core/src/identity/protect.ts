import type { JsonObject } from '../event/event.ts';
import { isPersonalName } from '../event/personal-names.ts';
import { problemAt, type Problem } from '../event/problem.ts';
import { withoutPersonal, type SafeTraits } from './personal.ts';

/**
 * P-5: nothing raw and personal enters the queue, wherever it stood (docs/wire.md W-18).
 *
 * @param path - what the values are called in problems: `properties`, `traits`.
 * @param leftOut - gets what could not be made safe.
 * @param types - properties of the customer's own types.
 */
export type Protect = (
  values: Readonly<Record<string, unknown>>,
  path: string,
  leftOut: Problem[],
  types: Readonly<Record<string, unknown>> | undefined,
) => JsonObject;

/**
 * @param clear - names that may leave in clear text.
 * @param hash - default: what would have to be hashed is left out.
 */
export function createProtect(
  clear: { has(name: string): boolean } | undefined,
  hash: (given: JsonObject) => SafeTraits = withoutPersonal,
): Protect {
  return (values, path, leftOut, types = {}) => {
    const pick = (isWanted: (name: string) => boolean): JsonObject =>
      Object.fromEntries(Object.entries(values).filter(([name]) => isWanted(name))) as JsonObject;
    // A property of the customer's own type is not another name for a trait.
    const isOwn = (name: string): boolean =>
      Object.hasOwn(types, name) && !isPersonalName(name) && !name.endsWith('_sha256');
    const isClear = (name: string): boolean => !!clear?.has(name) && !name.endsWith('_sha256');
    const made = hash(pick((name) => !isOwn(name)));
    const message = 'has no form to hash, or no hashTraits was given (docs/wire.md W-18)';
    for (const name of made.leftOut) {
      if (!isClear(name)) leftOut.push(problemAt(`${path}.${name}`, message, 'personal'));
    }
    return { ...made.traits, ...pick((name) => isOwn(name) || isClear(name)) };
  };
}

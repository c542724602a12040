import * as z from 'zod/mini';
import { problemAt, type Problem } from '../event/problem.ts';
import { propertyTypes } from './canonical-events.ts';
import type { ContractRow } from './contract.ts';
import type { OwnPropertyType } from './own-event.ts';
import { isPlainly, shapes } from './shapes.ts';
import { refusalsOf } from './standard-schema.ts';

const known = new Map<string, OwnPropertyType>(Object.entries(propertyTypes));

/** What is wrong with an event's properties, field by field; nothing when nothing is. Looks only at what is given. */
export function faultsOfProperties(
  { required = [], types = {}, schema }: ContractRow,
  properties: Readonly<Record<string, unknown>>,
): Problem[] {
  const faults: Problem[] = [];
  for (const name of required) {
    if (!Object.hasOwn(properties, name) || (properties[name] ?? undefined) === undefined) {
      faults.push(problemAt(`properties.${name}`, 'is missing', 'missing'));
    }
  }
  for (const name in properties) {
    if (!Object.hasOwn(properties, name)) continue;
    const type = known.get(name) ?? (Object.hasOwn(types, name) ? types[name] : undefined);
    const value = properties[name];
    if (type === undefined || value === undefined || value === null || isPlainly[type](value)) continue;
    faults.push(...faultsOf(shapes[type], value, ['properties', name]));
  }
  if (schema && faults.length === 0) {
    faults.push(...refusalsOf(schema, properties));
  }
  return faults;
}

/** What is wrong with a value, field by field; nothing when nothing is. */
export function faultsOf(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly PropertyKey[] = [],
): Problem[] {
  const result = z.safeParse(schema, value);
  if (result.success) return [];
  return result.error.issues.map(({ path: inner, message, input }) =>
    problemAt([...path, ...inner].join('.'), message, input === undefined ? 'missing' : 'invalid'),
  );
}

import { propertyTypes, type EventRow, type PropertyType } from './canonical-events.ts';
import { kindOf, problemAt, type Problem } from '../event/problem.ts';
import { problemOfJson } from './json.ts';

/** An event, and what is asked of it beyond the vocabulary. */
export interface CheckRow extends EventRow {
  /** In place of {@link problemOfProperty}. */
  check?: typeof problemOfProperty | undefined;
  /** Asked last, of properties that are fine otherwise. */
  also?: ((properties: Readonly<Record<string, unknown>>) => Problem | undefined) | undefined;
}

interface Rules extends Pick<CheckRow, 'also'> {
  required: readonly { name: string; problem: Problem }[];
  check: typeof problemOfProperty;
}

const types = new Map<string, PropertyType>(Object.entries(propertyTypes));
const currency = /^[A-Z]{3}$/;

/**
 * The light check of a page and of every `capture`: the event is in the vocabulary, what it requires is there, and
 * each known property has its type. `@tracklayer/core/schema` is the full one.
 *
 * @returns a function that says what is wrong, without any value.
 */
export function createCheck(
  rows: Readonly<Record<string, CheckRow>>,
): (event: unknown, properties: unknown) => Problem | undefined {
  const rules = new Map<string, Rules>();
  for (const [event, { required = [], check = problemOfProperty, also }] of Object.entries(rows)) {
    rules.set(event, {
      required: required.map((name) => ({
        name,
        problem: problemAt(`properties.${name}`, 'is missing', 'missing'),
      })),
      check,
      also,
    });
  }
  return (event, properties) => {
    if (typeof event !== 'string')
      return problemAt('event', 'must be the name of an event', event === undefined ? 'missing' : 'invalid');
    const rule = rules.get(event);
    if (!rule) return problemAt('event', 'is not in the vocabulary; see canonicalEvents', 'unknown_event');
    const { required, also } = rule;
    if (properties === undefined) return required[0]?.problem ?? also?.({});
    const problem = problemOfJson(properties, 'properties', rule.check);
    if (problem) return problem;
    const given = properties as Readonly<Record<string, unknown>>;
    for (const { name, problem: missing } of required) {
      if ((given[name] ?? undefined) === undefined || !Object.hasOwn(given, name)) return missing;
    }
    return also?.(given);
  };
}

/** What is wrong with a property of the vocabulary; nothing for one that it does not know. */
export function problemOfProperty(name: string, value: unknown): Problem | undefined {
  const type = types.get(name);
  const problem = type && problemOfValue(value, type);
  return problem === undefined ? undefined : problemAt(`properties.${name}`, problem);
}

/** The same for a value of a type. */
export function problemOfValue(value: unknown, type: PropertyType): string | undefined {
  if (value === undefined || value === null) return undefined;
  switch (type) {
    case 'amount':
      if (typeof value === 'number' && Number.isFinite(value)) return undefined;
      return `must be a number in major units, such as 129.95; got ${kindOf(value)} (docs/wire.md W-2)`;
    case 'currency':
      if (typeof value === 'string' && currency.test(value)) return undefined;
      return 'must be an ISO 4217 code in upper case, such as "EUR" (docs/wire.md W-2)';
    case 'id':
      if (
        typeof value === 'string' ? value.length <= 255 && value.trim() !== '' : Number.isSafeInteger(value)
      ) {
        return undefined;
      }
      return `must be text of 1 to 255 characters or a whole number, got ${kindOf(value)} (docs/wire.md W-3)`;
    case 'text':
      return typeof value === 'string' ? undefined : `must be text, got ${kindOf(value)}`;
    default:
      if (Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null))
        return undefined;
      return `must be a list of { item_id, price, quantity }, got ${kindOf(value)}`;
  }
}

import { propertyTypes, type EventRow, type PropertyType } from './canonical-events.ts';
import { problemOfJson } from './json.ts';

/** An event, and what is asked of it beyond the vocabulary. */
export interface CheckRow extends EventRow {
  /** In place of {@link problemOfProperty}. */
  check?: typeof problemOfProperty | undefined;
  /** Asked last, of properties that are fine otherwise. */
  also?: ((properties: Readonly<Record<string, unknown>>) => string | undefined) | undefined;
}

interface Rules extends Pick<CheckRow, 'also'> {
  required: readonly { name: string; problem: string }[];
  check: typeof problemOfProperty;
}

const types = new Map<string, PropertyType>(Object.entries(propertyTypes));
const currency = /^[A-Z]{3}$/;

/**
 * The light check of a page and of every `capture`: the event is in the vocabulary, what it requires is there, and
 * each known property has its type. `@tracklayer/core/schema` is the full one.
 *
 * @returns a function that says what is wrong, for a person to read, without any value.
 */
export function createCheck(
  rows: Readonly<Record<string, CheckRow>>,
): (event: unknown, properties: unknown) => string | undefined {
  const rules = new Map<string, Rules>();
  for (const [event, { required = [], check = problemOfProperty, also }] of Object.entries(rows)) {
    const missing = (name: string): string => `${event}: properties.${name} is missing`;
    rules.set(event, {
      required: required.map((name) => ({ name, problem: missing(name) })),
      check,
      also,
    });
  }
  return (event, properties) => {
    if (typeof event !== 'string') return 'the event has no name';
    const rule = rules.get(event);
    if (!rule) return 'the event is not in the vocabulary; see canonicalEvents';
    const { required, also } = rule;
    if (properties === undefined) return required[0]?.problem ?? also?.({});
    const problem = problemOfJson(properties, 'properties', rule.check);
    if (problem) return `${event}: ${problem}`;
    const given = properties as Readonly<Record<string, unknown>>;
    for (const { name, problem: missing } of required) {
      if ((given[name] ?? undefined) === undefined || !Object.hasOwn(given, name)) return missing;
    }
    return also?.(given);
  };
}

/** What is wrong with a property of the vocabulary; nothing for one that it does not know. */
export function problemOfProperty(name: string, value: unknown): string | undefined {
  const type = types.get(name);
  const problem = type && problemOfValue(value, type);
  return problem && `properties.${name} ${problem}`;
}

/** The same for a value of a type. */
export function problemOfValue(value: unknown, type: PropertyType): string | undefined {
  if (value === undefined || value === null) return undefined;
  switch (type) {
    case 'amount':
      if (typeof value === 'number' && Number.isFinite(value)) return undefined;
      return `is ${kindOf(value)}; pass a number in major units, such as 129.95 (docs/wire.md W-2)`;
    case 'currency':
      if (typeof value === 'string' && currency.test(value)) return undefined;
      return 'is no currency code; pass ISO 4217 in upper case, such as "EUR" (docs/wire.md W-2)';
    case 'id':
      if (
        typeof value === 'string' ? value.length <= 255 && value.trim() !== '' : Number.isSafeInteger(value)
      ) {
        return undefined;
      }
      return `is ${kindOf(value)}; pass text of 1 to 255 characters, or a whole number (docs/wire.md W-3)`;
    case 'text':
      return typeof value === 'string' ? undefined : `is ${kindOf(value)}; pass text`;
    default:
      if (Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null))
        return undefined;
      return `is ${kindOf(value)}; pass a list of { item_id, price, quantity }`;
  }
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'no finite number';
  if (typeof value === 'string') return value.trim() ? 'text' : 'empty text';
  if (Array.isArray(value)) return 'a list';
  return `of type ${typeof value}`;
}

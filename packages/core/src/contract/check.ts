import { problemOfJson } from './json.ts';
import { canonicalEvents, propertyTypes, type EventRow } from './canonical-events.ts';

type PropertyType = (typeof propertyTypes)[keyof typeof propertyTypes];

interface Requirement {
  name: string;
  problem: string;
}

const requirements = new Map<string, readonly Requirement[]>();
for (const [event, { required = [] }] of Object.entries<EventRow>(canonicalEvents)) {
  requirements.set(
    event,
    required.map((name) => ({ name, problem: `${event}: properties.${name} is missing` })),
  );
}
const types = new Map<string, PropertyType>(Object.entries(propertyTypes));
const currency = /^[A-Z]{3}$/;

/**
 * The light check of a page and of every `capture`: the event is in the vocabulary, what it requires is there, and
 * each known property has its type. `@tracklayer/core/schema` is the full one.
 *
 * @returns what is wrong, for a person to read, without any value.
 */
export function problemOfEvent(event: unknown, properties: unknown): string | undefined {
  if (typeof event !== 'string')
    return 'the event has no name; pass event: "purchase" or another canonical one';
  const required = requirements.get(event);
  if (!required) return 'the event is not in the vocabulary; see canonicalEvents for the names';
  if (properties === undefined) return required[0]?.problem;
  const problem = problemOfJson(properties, 'properties', problemOfProperty);
  if (problem) return `${event}: ${problem}`;
  const given = properties as Readonly<Record<string, unknown>>;
  for (const { name, problem: missing } of required) {
    if ((given[name] ?? undefined) === undefined || !Object.hasOwn(given, name)) return missing;
  }
  return undefined;
}

function problemOfProperty(name: string, value: unknown): string | undefined {
  const type = types.get(name);
  const problem = type && problemOfValue(value, type);
  return problem && `properties.${name} ${problem}`;
}

function problemOfValue(value: unknown, type: PropertyType): string | undefined {
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
      return `is ${kindOf(value)}; pass a list of { item_id, price, quantity, … }`;
  }
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'no finite number';
  if (typeof value === 'string') return value.trim() ? 'text' : 'empty text';
  if (Array.isArray(value)) return 'a list';
  return `of type ${typeof value}`;
}

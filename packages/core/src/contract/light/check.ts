import { problemAt, type Problem } from '../../event/problem.ts';
import { propertyTypes, type EventRow } from '../canonical-events.ts';
import { typeRows, type OwnPropertyType, type TypeRow } from '../property-types.ts';
import { copyJson, nothing, type Allowed, type Copied } from './copy-json.ts';
import { certainlyFits, fit } from './fit.ts';
import { createSlots, type SlotOf } from './slot.ts';

/** An event, and what is asked of it beyond the vocabulary. */
export interface CheckRow extends EventRow {
  /** Types of the customer's own properties. */
  types?: Readonly<Record<string, OwnPropertyType>> | undefined;
  /** Asked last, of properties that are fine otherwise. */
  also?: ((properties: Readonly<Record<string, unknown>>) => readonly Problem[]) | undefined;
}

/**
 * Checks an event in the page, in `capture`, at the endpoint and in the relay: it is in the vocabulary, what it requires
 * is there, and each property has its type. The same answer everywhere, since it is the same code.
 *
 * @param allowed - names of properties whose values may hold an e-mail address (docs/wire.md W-18).
 * @returns the private copy of `properties`, what refuses the event, and what it goes without.
 */
export type Check = (event: unknown, properties: unknown, allowed?: Allowed) => Copied;

interface Rule {
  required: readonly string[];
  slotOf: SlotOf;
  also: CheckRow['also'];
}

export function createCheck(rows: Readonly<Record<string, CheckRow>>): Check {
  const rules = new Map<string, Rule>();

  function ruleOf(event: string): Rule | undefined {
    let rule = rules.get(event);
    if (!rule && Object.hasOwn(rows, event)) {
      const { required = [], types = {}, also } = rows[event]!;
      rule = { required, slotOf: createSlots((name) => typeOf(name, types), required), also };
      rules.set(event, rule);
    }
    return rule;
  }

  return (event, properties, allowed) => {
    const rule = typeof event === 'string' ? ruleOf(event) : undefined;
    if (!rule) return { ...nothing, problems: [problemOfName(event)] };
    const copied =
      properties === undefined ? { ...nothing } : copyJson(properties, 'properties', rule.slotOf, allowed);
    if (properties !== undefined && !copied.values) return copied;
    // Most events have what they need; only of others is it asked what is missing.
    if (copied.required < rule.required.length) askRequired(copied, rule.required);
    if (copied.size > certainlyFits) fit(copied, 'properties', (name) => rule.required.includes(name));
    if (rule.also && !copied.problems) {
      const problems = rule.also(copied.values ?? {});
      if (problems.length > 0) copied.problems = [...problems];
    }
    return copied;
  };
}

/** The type that a property has in every event, or by the customer's own table. */
function typeOf(name: string, own: CheckRow['types'] = {}): TypeRow | undefined {
  const type = Object.hasOwn(propertyTypes, name)
    ? propertyTypes[name as keyof typeof propertyTypes]
    : Object.hasOwn(own, name)
      ? own[name]
      : undefined;
  return type && typeRows[type];
}

function askRequired(copied: Copied, required: readonly string[]): void {
  const { values } = copied;
  for (const name of required) {
    const value = values?.[name];
    if (value !== undefined && value !== null && Object.hasOwn(values!, name)) continue;
    const path = `properties.${name}`;
    // What is wrong was told already, and stands no more in the copy.
    const isTold = copied.problems?.some((problem) => `${problem.path}.`.startsWith(`${path}.`));
    if (!isTold) (copied.problems ??= []).push(problemAt(path, 'is missing', 'missing'));
  }
}

const problemOfName = (event: unknown): Problem =>
  typeof event === 'string'
    ? problemAt('event', 'is not in the vocabulary; see canonicalEvents', 'unknown_event')
    : problemAt('event', 'must be the name of an event', event === undefined ? 'missing' : 'invalid');

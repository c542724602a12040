import { isFields } from '../event/is-fields.ts';
import { keyShape } from '../event/event-id.ts';
import { nearestOf } from '../event/nearest.ts';
import { kindOf, problemAt, type Problem, type ProblemCode } from '../event/problem.ts';
import { registryError, type RegistryEntry } from './registry.ts';
import { problemsOfSources, type TargetTypes } from './read-sources.ts';

const fields: readonly string[] = [
  'source',
  'source_event',
  'canonical_event',
  'status',
  'required_properties',
  'properties',
  'when',
  'event_key',
  'match',
  'deprecated_until',
  'notes',
];
const moments: readonly unknown[] = ['click', 'submit', 'change', 'pageview'];
const rules: readonly string[] = ['selector', 'path', 'text'];
const comparisons: readonly string[] = ['equals', 'in', 'gte'];

/** Finds the list of entries in data (docs/wire.md W-32). @throws TrackLayerError `invalid_registry` */
export function readEntries(json: unknown): readonly unknown[] {
  const read = typeof json === 'string' ? readText(json) : json;
  const entries = isFields(read) && 'entries' in read ? read['entries'] : read;
  if (Array.isArray(entries)) return entries as unknown[];
  throw registryError([problemAt('entries', `must be a list of entries, got ${kindOf(entries)}`)], entries);
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw registryError([problemAt('entries', 'is not JSON')], undefined);
  }
}

/**
 * What is wrong with entries of data, where no compiler looked: fields, sources, conditions and targets. Unknown fields are
 * kept, but for those that are nearly a known one.
 *
 * @param typesOf - the types of an event's properties, by its canonical name.
 */
export function problemsOfEntries(
  entries: readonly unknown[],
  typesOf: (canonical_event: unknown) => TargetTypes,
): Problem[] {
  return entries.flatMap((entry, place) => {
    const path = `entries.${place}`;
    if (!isFields(entry)) return [problemAt(path, `must be an object, got ${kindOf(entry)}`)];
    const problems: Problem[] = [];
    const wrong = (field: string, message: string, code?: ProblemCode): void =>
      void problems.push(problemAt(`${path}.${field}`, message, code));
    lookAt(entry as unknown as Record<keyof RegistryEntry, unknown>, wrong);
    const { properties } = entry;
    if (isFields(properties)) {
      problems.push(
        ...problemsOfSources(properties, `${path}.properties`, typesOf(entry['canonical_event'])),
      );
    }
    return problems;
  });
}

type Wrong = (field: string, message: string, code?: ProblemCode) => void;

function lookAt(entry: Record<keyof RegistryEntry, unknown>, wrong: Wrong): void {
  const { required_properties, properties, when, match, deprecated_until, event_key, notes } = entry;
  for (const name of Object.keys(entry)) {
    const meant = fields.includes(name) ? undefined : nearestOf(name, fields);
    if (meant) wrong(name, `is not a field of an entry; did you mean ${meant}?`, 'unknown_field');
  }
  if (
    required_properties !== undefined &&
    typeof required_properties !== 'string' &&
    !isTexts(required_properties)
  ) {
    wrong('required_properties', 'must be a list of names, or text with commas between');
  }
  if (deprecated_until !== undefined && typeof deprecated_until !== 'string') {
    wrong('deprecated_until', 'must be a date like 2026-12-31');
  }
  if (event_key !== undefined && !(typeof event_key === 'string' && keyShape.test(event_key))) {
    wrong('event_key', 'must be a name, or names with . between');
  }
  if (notes !== undefined && typeof notes !== 'string') wrong('notes', `must be text, got ${kindOf(notes)}`);
  if (properties !== undefined && !isFields(properties)) {
    wrong('properties', `must be a map of names to sources, got ${kindOf(properties)}`);
  }
  if (match !== undefined) lookAtMatch(match, wrong);
  if (when === undefined) return;
  const conditions = Array.isArray(when) ? (when as unknown[]) : [when];
  conditions.forEach((condition, place) => {
    if (isCondition(condition)) return;
    wrong(Array.isArray(when) ? `when.${place}` : 'when', 'must be { path, equals | in | gte }');
  });
}

function lookAtMatch(match: unknown, wrong: Wrong): void {
  if (!isFields(match) || !moments.includes(match['on'])) {
    wrong(
      'match',
      'must be on one of click, submit, change, pageview: { on: "click", selector, path, text }',
    );
    return;
  }
  for (const rule of rules) {
    const value = match[rule];
    if (value !== undefined && typeof value !== 'string') {
      wrong(`match.${rule}`, `must be text, got ${kindOf(value)}`);
    }
  }
}

/** Whether something is a {@link Condition}: a path and one comparison at least. */
export function isCondition(condition: unknown): boolean {
  if (!isFields(condition) || typeof condition['path'] !== 'string' || !condition['path']) return false;
  const { equals, in: list, gte } = condition;
  // Without one of the three, a mistyped comparison would let everything through.
  if (!comparisons.some((name) => Object.hasOwn(condition, name))) return false;
  return (
    (equals === undefined || isScalar(equals)) &&
    (list === undefined || (Array.isArray(list) && list.every(isScalar))) &&
    (gte === undefined || Number.isFinite(gte))
  );
}

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');
const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

import { TrackLayerError } from '../errors.ts';
import { keyShape } from '../event/event-id.ts';
import { problemAt } from '../event/problem.ts';
import type { RegistryEntry } from './registry.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where a property may come from: exactly one of these. */
const places: readonly string[] = ['path', 'value', 'attribute', 'field', 'json_ld'];
const casts: readonly unknown[] = ['number', 'cents', 'upper', undefined];
const moments: readonly unknown[] = ['click', 'submit', 'change', 'pageview'];
const rules: readonly string[] = ['selector', 'path', 'text'];
const comparisons: readonly string[] = ['equals', 'in', 'gte'];

/** Reads registry entries from data (docs/wire.md W-32). Unknown fields are kept. @throws TrackLayerError `invalid_registry` */
export function readEntries(json: unknown): readonly RegistryEntry[] {
  const read = typeof json === 'string' ? readText(json) : json;
  const entries = isFields(read) && 'entries' in read ? read['entries'] : read;
  if (!Array.isArray(entries)) throw invalid('the registry', 'must be a list of entries');
  entries.forEach((entry: unknown, place) => {
    const fault = isFields(entry) ? faultOf(entry) : 'is no object';
    const label = isFields(entry) ? JSON.stringify(entry['source_event']) : 'nothing';
    if (fault) throw invalid(`entry ${place} (${label})`, fault, place);
  });
  return entries as RegistryEntry[];
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('the registry', 'is not JSON');
  }
}

function faultOf({
  required_properties,
  properties,
  when,
  match,
  deprecated_until,
  event_key,
  notes,
}: Fields): string | undefined {
  if (
    !isAbsent(required_properties) &&
    typeof required_properties !== 'string' &&
    !isTexts(required_properties)
  )
    return 'has required_properties that are neither a list of names nor text';
  if (!isAbsent(deprecated_until) && typeof deprecated_until !== 'string')
    return 'has a deprecated_until that is no date like 2026-12-31';
  if (!isAbsent(event_key) && !(typeof event_key === 'string' && keyShape.test(event_key)))
    return 'has an event_key that is no name, nor names with . between';
  if (!isAbsent(notes) && typeof notes !== 'string') return 'has notes that are no text';
  if (!isAbsent(match) && !(isFields(match) && moments.includes(match['on'])))
    return 'has a match that is on none of click, submit, change, pageview';
  if (isFields(match) && !rules.every((rule) => isAbsent(match[rule]) || typeof match[rule] === 'string'))
    return 'has a match whose selector, path or text is no text';
  if (!isAbsent(properties)) {
    if (!isFields(properties)) return 'has properties that are no map';
    const wrong = Object.keys(properties).find((name) => !isSource(properties[name]));
    if (wrong !== undefined) return `has no path, { path, cast } or { value } for ${wrong}`;
  }
  const conditions = isAbsent(when) ? [] : Array.isArray(when) ? (when as unknown[]) : [when];
  return conditions.every(isCondition) ? undefined : 'has a condition that is no { path, equals | in | gte }';
}

function isSource(source: unknown): boolean {
  if (typeof source === 'string') return source !== '';
  if (!isFields(source)) return false;
  const named = places.filter((place) => Object.hasOwn(source, place));
  const [place] = named;
  if (place === undefined || named.length > 1) return false;
  const isText = typeof source[place] === 'string' && source[place] !== '';
  return place === 'value' || (isText && casts.includes(source['cast']));
}

function isCondition(condition: unknown): boolean {
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

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isAbsent = (value: unknown): value is undefined => value === undefined;
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');
const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

const invalid = (name: string, fault: string, place?: number): TrackLayerError =>
  new TrackLayerError('invalid_registry', `${name} ${fault}`, {
    problems: [problemAt(place === undefined ? 'entries' : `entries.${place}`, fault)],
  });

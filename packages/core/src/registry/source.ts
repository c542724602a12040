import { minorUnitsOf } from '../event/currency.ts';
import type { Json } from '../event/event.ts';

/**
 * What is made of a value that is read. `number`: text to a number. `cents`: whole minor units of the event's own
 * `currency` to major ones (ISO 4217), `12995` EUR to `129.95`. `upper`: `eur` to `EUR`. `json`: what a text of JSON holds.
 */
export type CastName = 'number' | 'cents' | 'upper' | 'json';

interface Cast {
  cast?: CastName | undefined;
}

/**
 * Read from the page, for entries with a `match`: a `data-*` attribute of the element or the nearest one around it, a
 * field of its form by name, or a path into the page's JSON-LD (`offers.price`).
 */
export type PageSource = Cast & ({ attribute: string } | { field: string } | { json_ld: string });

/** Sources by the name of what they become. */
export interface SourceMap {
  readonly [name: string]: PropertySource;
}

/**
 * Where a canonical property comes from: a path into the source's properties (`cart.total`, `items.0.id`), a path with
 * a cast, the page, a constant, an object or a list made of such sources, or, in code only, a function of the source's
 * properties.
 *
 * @example
 * { items: [{ item_id: { attribute: 'data-sku' }, quantity: { value: 1 } }] }
 */
export type PropertySource =
  | string
  | (Cast & { path: string })
  | PageSource
  | { value: Json }
  | SourceMap
  | readonly SourceMap[]
  | ((properties: Readonly<Record<string, unknown>>) => unknown);

type Properties = Readonly<Record<string, unknown>>;
type Place = Cast & { path: string };

/** The fields of a source that say where it reads from: exactly one of them. */
export const placeNames: readonly string[] = ['path', 'value', 'attribute', 'field', 'json_ld'];
const longestJson = 32_768;

/** `path`, `attribute`, …: where a source reads from; `undefined` for a map of further sources. */
export function placeOf(source: object): string | undefined {
  const names = Object.keys(source).filter((name) => name !== 'cast');
  return names.length === 1 && placeNames.includes(names[0]!) ? names[0] : undefined;
}

/** Every place of the page that a map of sources reads, inner ones too. */
export function pageSourcesOf(sources: Readonly<Record<string, PropertySource>>): PageSource[] {
  return Object.values(sources).flatMap((source): PageSource[] => {
    if (typeof source !== 'object' || source === null) return [];
    if (Array.isArray(source)) return source.flatMap((map: SourceMap) => pageSourcesOf(map));
    const place = placeOf(source);
    if (place === undefined) return pageSourcesOf(source as SourceMap);
    return place === 'path' || place === 'value' ? [] : [source as PageSource];
  });
}

/**
 * Reads what a source says of given properties; nothing where it says nothing, or what cannot be cast. Never throws.
 *
 * @param currency - of the event, for amounts in minor units.
 * @param onUncast - hears that a value is there and cannot be read or cast.
 */
export function readSource(
  given: Properties,
  source: PropertySource,
  currency?: unknown,
  onUncast?: () => void,
): unknown {
  try {
    if (typeof source === 'string') return at(given, source);
    if (typeof source === 'function') return source(given);
    if (Array.isArray(source)) {
      const list = source.map((map: SourceMap) => readMap(given, map, currency, onUncast));
      const found = list.filter((item) => item !== undefined);
      return found.length > 0 ? found : undefined;
    }
    const place = placeOf(source);
    if (place === undefined) return readMap(given, source as SourceMap, currency, onUncast);
    if (place === 'value') return (source as { value: Json }).value;
    const path = place === 'path' ? (source as Place).path : pageKey(source as PageSource);
    const value = at(given, path);
    const made = castTo((source as Cast).cast, value, currency);
    if (made === undefined && value != null) onUncast?.();
    return made;
  } catch {
    // A getter or a function of the customer's, or text that is no JSON.
    onUncast?.();
    return undefined;
  }
}

/** Constants alone say nothing: a quantity of 1 is no item. */
function readMap(
  given: Properties,
  map: SourceMap,
  currency: unknown,
  onUncast: (() => void) | undefined,
): Json | undefined {
  const found = Object.entries(map)
    .map(([name, source]) => [name, readSource(given, source, currency, onUncast), source] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  const isSaid = found.some(([, , source]) => typeof source !== 'object' || placeOf(source) !== 'value');
  // Not by assignment: a registry from JSON may name "__proto__".
  return isSaid ? (Object.fromEntries(found.map(([name, value]) => [name, value])) as Json) : undefined;
}

/** Where `autocapture` puts what it read of the page for a source, in the properties that it hands to `promote`. */
export function pageKey(source: PageSource): string {
  const [kind, name] = Object.entries(source).find(([field]) => field !== 'cast') ?? [];
  return `${kind}:${name}`;
}

function at(properties: Properties, path: string): unknown {
  if (Object.hasOwn(properties, path)) return properties[path];
  let value: unknown = properties;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Properties)[key];
  }
  return value;
}

function castTo(to: CastName | undefined, value: unknown, currency: unknown): unknown {
  if (to === undefined || value === undefined || value === null) return value;
  if (to === 'upper') return typeof value === 'string' ? value.trim().toUpperCase() : undefined;
  if (to === 'json') return typeof value === 'string' ? readJson(value) : value;
  // Not "12,50" nor "1e3": what a person may have meant by those is a guess.
  const isNumeral = typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value);
  const number = typeof value === 'number' || isNumeral ? Number(value) : NaN;
  if (!Number.isFinite(number)) return undefined;
  if (to === 'number') return number;
  const units = typeof currency === 'string' ? minorUnitsOf(currency.trim().toUpperCase()) : undefined;
  // Half a cent was no cents in the first place.
  return units === undefined || !Number.isInteger(number) ? undefined : number / 10 ** units;
}

const readJson = (text: string): unknown => (text.length > longestJson ? undefined : JSON.parse(text));

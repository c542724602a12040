import { isFields } from '../event/is-fields.ts';
import { nearestOf } from '../event/nearest.ts';
import { kindOf, pathOf, problemAt, type Problem } from '../event/problem.ts';
import { placeNames, placeOf, type CastName } from './source.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A type of property, as far as a registry asks: see the contract's table. */
interface TargetType {
  is(value: unknown): boolean;
  wanted: string;
  mend?: ((value: unknown) => unknown) | undefined;
}

/** The properties that an event knows, by name. */
export type TargetTypes = ReadonlyMap<string, TargetType>;

const casts: readonly CastName[] = ['number', 'cents', 'upper', 'json'];

/** What is wrong with a map of sources in data, inner ones too. */
export function problemsOfSources(map: Fields, path: string, types: TargetTypes): Problem[] {
  const usesCents = JSON.stringify(map)?.includes('"cast":"cents"');
  const noCurrency = usesCents && !Object.hasOwn(map, 'currency');
  return [
    ...(noCurrency ? [problemAt(path, 'casts to cents and so needs currency, too', 'missing')] : []),
    ...Object.keys(map).flatMap((name) => {
      const at = pathOf(path, name);
      const type = types.get(name);
      const meant = type ? undefined : nearestTarget(name, types);
      return meant
        ? [problemAt(at, `is not a property that the event knows; did you mean ${meant}?`, 'unknown_field')]
        : problemsOfSource(map[name], at, type);
    }),
  ];
}

/** One letter apart, in a name long enough to tell: `cupon`. `value2` and `plans` are names of their own. */
function nearestTarget(name: string, types: TargetTypes): string | undefined {
  const meant = name.length > 4 ? nearestOf(name, [...types.keys()]) : undefined;
  const isOwn = meant && (name.startsWith(meant) || meant.startsWith(name) || /\d/.test(name));
  return meant && !isOwn && Math.abs(name.length - meant.length) < 2 ? meant : undefined;
}

function problemsOfSource(source: unknown, path: string, type: TargetType | undefined): Problem[] {
  if (typeof source === 'string') return source ? [] : [problemAt(path, 'must be a path that is not empty')];
  if (Array.isArray(source)) {
    const maps = source as readonly unknown[];
    return maps.length === 0
      ? [problemAt(path, 'must have at least one map of sources', 'missing')]
      : maps.flatMap((map, place) =>
          isFields(map)
            ? problemsOfMap(map, pathOf(path, place))
            : [problemAt(pathOf(path, place), `must be a map of names to sources, got ${kindOf(map)}`)],
        );
  }
  if (!isFields(source)) {
    return [
      problemAt(path, `must be a path, { path, cast }, { value } or a map of such, got ${kindOf(source)}`),
    ];
  }
  const place = placeOf(source);
  if (place === undefined) return problemsOfMap(source, path, type);
  return place === 'value'
    ? problemsOfConstant(source['value'], path, type)
    : problemsOfPlace(source, place, path, type);
}

function problemsOfMap(map: Fields, path: string, type?: TargetType): Problem[] {
  const names = Object.keys(map);
  if (names.length === 0 || (names.length === 1 && names[0] === 'cast')) {
    return [
      problemAt(path, 'must say where the value comes from: a path, { path, cast } or { value }', 'missing'),
    ];
  }
  const named = names.filter((name) => placeNames.includes(name));
  if (named.length > 1) return [problemAt(path, `must name one place, not ${named.join(' and ')}`)];
  if (type && !type.is({})) return [problemAt(path, `must become ${type.wanted}, not a map of sources`)];
  return names.flatMap((name) => problemsOfSource(map[name], pathOf(path, name), undefined));
}

function problemsOfConstant(value: unknown, path: string, type: TargetType | undefined): Problem[] {
  if (!type || value === null || type.is(type.mend ? type.mend(value) : value)) return [];
  return [problemAt(pathOf(path, 'value'), `must be ${type.wanted}, got ${kindOf(value)}`)];
}

function problemsOfPlace(
  source: Fields,
  place: string,
  path: string,
  type: TargetType | undefined,
): Problem[] {
  const { cast } = source;
  if (typeof source[place] !== 'string' || !source[place]) {
    return [problemAt(pathOf(path, place), `must be text that is not empty, got ${kindOf(source[place])}`)];
  }
  if (cast !== undefined && !casts.includes(cast as CastName)) {
    const meant = typeof cast === 'string' ? nearestOf(cast, casts) : undefined;
    const hint = meant ? `; did you mean ${meant}?` : '';
    return [problemAt(pathOf(path, 'cast'), `must be one of ${casts.join(', ')}${hint}`)];
  }
  // The page's attributes and fields are text, which no cast to a number makes a list.
  const isText = (place === 'attribute' || place === 'field') && cast === undefined;
  if (!type || !isText || type.is('text') || type.is('EUR')) return [];
  const needed = type.is(1) ? 'number (or cents)' : 'json';
  return [problemAt(path, `reads text, but must be ${type.wanted}; add cast: ${needed}`)];
}

import { TrackLayerError, type Condition } from '@tracklayer/core';
import { isCondition } from '@tracklayer/core/adapter';
import type { AnyMirror, Field } from '@tracklayer/destinations';
import type { Configured } from '../deliver/configured.ts';

/** What becomes of an audience: who hears of it. */
export interface AudienceSettings {
  /** Who says who is in it, for people to read: `heap`, `import`, a name of your own. Default: whoever does. */
  from?: string | undefined;
  /** The destinations that hear of it, each with the list there: `{ meta: { audience: '900' }, hubspot: { list: '7' } }`. */
  to: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What must hold of a member's traits, as in the registry. */
  when?: Condition | readonly Condition[] | undefined;
}

/** Audiences by name. */
export type GivenAudiences = Readonly<Record<string, AudienceSettings>>;

/** One list that an audience is kept in. */
export interface AudienceTarget {
  configured: Configured;
  mirror: AnyMirror;
  target: object;
}

/** An audience's rule, checked. */
interface AudienceRule {
  name: string;
  from: string | undefined;
  when: Condition | readonly Condition[] | undefined;
  /** By destination. */
  to: ReadonlyMap<string, AudienceTarget>;
}

export type AudienceRules = ReadonlyMap<string, AudienceRule>;

/** The lists of an audience in an environment, by destination: a destination may serve only some. */
export const targetsIn = (
  rules: AudienceRules,
  audience: string,
  environment: string,
): ReadonlyMap<string, AudienceTarget> =>
  new Map(
    [...(rules.get(audience)?.to ?? [])].filter(([, { configured }]) =>
      configured.environments.includes(environment),
    ),
  );

/** `checkout_stalled`; it stands in paths and in rows. */
export const isAudienceName = (name: string): boolean => /^[a-z0-9][a-z0-9_-]{0,63}$/i.test(name);

/** @throws TrackLayerError `invalid_options`, naming the setting by its path and showing no value. */
export function configureAudiences(
  given: GivenAudiences | undefined,
  destinations: readonly Configured[],
): AudienceRules {
  const rules = Object.entries(given ?? {}).map(([name, settings]) => ruleOf(name, settings, destinations));
  refuseSharedLists(rules);
  return new Map(rules.map((rule) => [rule.name, rule]));
}

/** Two audiences in one list would remove each other's members. */
function refuseSharedLists(rules: readonly AudienceRule[]): void {
  const owners = new Map<string, string>();
  for (const { name, to } of rules)
    for (const [destination, { target }] of to) {
      const { create, ...given } = target as { create?: boolean; name?: string };
      const texts = Object.entries(create === true ? { name, ...given } : given)
        .filter(([, value]) => typeof value === 'string')
        .toSorted(([a], [b]) => (a < b ? -1 : 1));
      const list = JSON.stringify([destination, texts]);
      const owner = owners.get(list);
      if (owner !== undefined)
        throw invalid(
          `audiences.${owner} and audiences.${name} have the same list at ${destination}; each would remove the other's members`,
        );
      owners.set(list, name);
    }
}

function ruleOf(name: string, given: unknown, destinations: readonly Configured[]): AudienceRule {
  if (!isAudienceName(name))
    throw invalid('audiences: a name is 1 to 64 letters, digits, _ and -, such as checkout_stalled');
  const path = `audiences.${name}`;
  if (!isObject(given) || !isObject(given['to']))
    throw invalid(`${path} needs \`to\`, such as { to: { meta: { audience: '900' } } }`);
  const unknown = Object.keys(given).find((field) => !['from', 'to', 'when'].includes(field));
  if (unknown !== undefined)
    throw invalid(`${path}.${unknown} is an unknown setting; there are from, to and when`);
  const { from, when } = given;
  if (from !== undefined && typeof from !== 'string') throw invalid(`${path}.from must be text`);
  if (when !== undefined && ![when].flat().every(isCondition))
    throw invalid(`${path}.when must be { path, equals | in | gte }, or a list of those`);
  const to = Object.entries(given['to']).map(
    ([destination, target]) =>
      [destination, targetOf(`${path}.to.${destination}`, destination, target, destinations)] as const,
  );
  return { name, from, when: when as AudienceRule['when'], to: new Map(to) };
}

function targetOf(
  path: string,
  name: string,
  target: unknown,
  destinations: readonly Configured[],
): AudienceTarget {
  const configured = destinations.find((one) => one.name === name);
  if (!configured) {
    const names = destinations.map((one) => one.name).join(', ') || 'none';
    throw invalid(`${path}: there is no such destination; there are ${names}`);
  }
  const mirror = configured.destination.audience;
  if (!mirror) throw invalid(`${path}: ${configured.destination.title} has no audiences here`);
  if (!isObject(target)) throw invalid(`${path} must be an object`);
  const problems = [
    ...Object.keys(target)
      .filter((field) => !Object.hasOwn(mirror.target, field))
      .map((field) => `\`${field}\` is unknown; there are ${Object.keys(mirror.target).join(', ')}`),
    ...Object.entries(mirror.target).flatMap(([field, rule]) => problemOf(field, rule, target[field])),
  ];
  const problem = problems[0] ?? mirror.problem?.(target, configured.settings);
  if (problem !== undefined) throw invalid(`${path}: ${problem}`);
  return { configured, mirror, target };
}

function problemOf(name: string, { kind, required, matches, hint }: Field, value: unknown): string[] {
  if (value === undefined) return required ? [`\`${name}\` is missing: ${hint}`] : [];
  const isRight =
    kind === 'flag'
      ? typeof value === 'boolean'
      : typeof value === 'string' && value !== '' && (matches?.test(value) ?? true);
  return isRight ? [] : [`\`${name}\` must be ${kind === 'flag' ? 'true or false' : 'text'}: ${hint}`];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);

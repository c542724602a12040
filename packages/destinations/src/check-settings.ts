import { TrackLayerError } from '@tracklayer/core';
import { isCondition } from '@tracklayer/core/adapter';
import type { AnyDestination } from './destination.ts';
import type { Field } from './settings.ts';

const common: Record<string, Field> = {
  type: { kind: 'text', hint: 'the type of destination' },
  events: { kind: 'record', hint: 'the events that leave' },
  when: { kind: 'record', hint: 'what must hold of the properties' },
  consent: { kind: 'record', hint: 'the purposes that must be granted' },
  version: { kind: 'text', matches: /^[\w.-]+$/, hint: 'the API version' },
  endpoint: { kind: 'text', matches: /^https?:\/\/[^\s?#]+$/, hint: 'a base URL' },
  map: { kind: 'function', hint: 'your last word on the payload' },
};

/** What is wrong with the settings of a destination: by name, without any value. */
export function problemsOfSettings(
  { settings: fields, problem: together }: Pick<AnyDestination, 'settings' | 'problem'>,
  given: unknown,
): string[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return ['must be an object'];
  const settings = given as Readonly<Record<string, unknown>>;
  const known: Readonly<Record<string, Field>> = { ...common, ...(fields as Record<string, Field>) };
  const unknown = Object.keys(settings)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => `\`${name}\` is not a setting of this destination`);
  const wrong = Object.entries(known).flatMap(([name, field]) => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (value === undefined || value === null || value === '')
      return field.required ? [`\`${name}\` is missing: ${field.hint}`] : [];
    const problem = problemOfField(field, value);
    return problem ? [`\`${name}\` ${problem}: ${field.hint}`] : [];
  });
  const { when } = settings;
  // A mistyped one never holds, and nothing would leave.
  const isMistyped = typeof when === 'object' && when !== null && ![when].flat().every(isCondition);
  const alone = [
    ...unknown,
    ...wrong,
    ...(isMistyped ? ['`when` must be { path, equals | in | gte }, or a list of those'] : []),
  ];
  return alone.length > 0 ? alone : [together?.(settings) ?? []].flat();
}

function problemOfField({ kind, matches, oneOf }: Field, value: unknown): string | undefined {
  const got = Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  switch (kind) {
    case 'text':
    case 'secret':
      if (typeof value !== 'string') return `must be text, got ${got}`;
      if (oneOf && !oneOf.includes(value)) return `must be one of ${oneOf.join(', ')}`;
      return matches && !matches.test(value) ? 'does not look right' : undefined;
    case 'number':
      return typeof value === 'number' && value > 0 ? undefined : `must be a number above 0, got ${got}`;
    case 'flag':
      return typeof value === 'boolean' ? undefined : `must be true or false, got ${got}`;
    case 'list':
      return Array.isArray(value) ? undefined : `must be a list, got ${got}`;
    case 'function':
      return typeof value === 'function' ? undefined : `must be a function, got ${got}`;
    default:
      return typeof value === 'object' ? undefined : `must be an object, got ${got}`;
  }
}

/** @throws TrackLayerError `invalid_options`, with the path of every wrong setting and no value. */
export function checkSettings(name: string, destination: AnyDestination, given: unknown): void {
  const problems = problemsOfSettings(destination, given);
  if (problems.length > 0)
    throw new TrackLayerError('invalid_options', `destinations.${name}: ${problems.join('; ')}`);
}

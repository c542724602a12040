import { TrackLayerError } from '@tracklayer/core';
import {
  checkSettings,
  destinations as builtIn,
  type AnyDestination,
  type CommonSettings,
  type Destination,
} from '@tracklayer/destinations';

/** Settings of a destination that its engine reads. */
export interface EngineSettings {
  /** How long an event waits for its other copy, so that the page's click ids and the server's customer id leave together, in milliseconds. Default `5_000`. */
  holdMs?: number | undefined;
  /** Environments whose events go there. Default: the relay's, when it has one only. */
  environments?: readonly string[] | undefined;
}

type BuiltIn = typeof builtIn;

/** The built-in destinations by type, with their settings. */
export type BuiltInDestinations = {
  readonly [Type in keyof BuiltIn]?: SettingsOf<BuiltIn[Type]> & EngineSettings;
};

type SettingsOf<Given> = Given extends Destination<infer Settings, infer _Payload> ? Settings : never;

/**
 * Destinations by name: a type of the built-in ones, or any name with `type`, or with a `destination` of your own.
 *
 * @example
 * { meta: { dataset: '123', token: env('META_TOKEN') }, 'meta-eu': { type: 'meta', … }, acme: { destination: acme, … } }
 */
export type GivenDestinations = BuiltInDestinations &
  Readonly<Record<string, EngineSettings & { readonly [setting: string]: unknown }>>;

/** A destination with its settings, checked. */
export interface Configured {
  name: string;
  destination: AnyDestination;
  settings: CommonSettings;
  holdMs: number;
  environments: readonly string[];
}

const defaultHoldMs = 5_000;

/** @throws TrackLayerError `invalid_options`, naming the setting by its path and showing no value. */
export function configureDestinations(
  given: Readonly<Record<string, unknown>> = {},
  environments: readonly string[],
): Configured[] {
  return Object.entries(given).map(([name, settings]) => configure(name, settings, environments));
}

function configure(name: string, given: unknown, all: readonly string[]): Configured {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name))
    throw invalid(`destinations: a name must be of a-z, 0-9 and -, such as meta-eu`);
  if (typeof given !== 'object' || given === null) throw invalid(`destinations.${name} must be an object`);
  const {
    holdMs = defaultHoldMs,
    environments,
    destination: own,
    ...settings
  } = given as Record<string, unknown>;
  const type = settings['type'] ?? name;
  const known =
    own ??
    (typeof type === 'string' && Object.hasOwn(builtIn, type) ? builtIn[type as keyof BuiltIn] : undefined);
  if (!isDestination(known))
    throw invalid(
      `destinations.${name}: \`type\` must be one of ${Object.keys(builtIn).join(', ')}, or pass \`destination\``,
    );
  if (typeof holdMs !== 'number' || !(holdMs >= 0))
    throw invalid(`destinations.${name}: \`holdMs\` must be a number from 0`);
  checkSettings(name, known, settings);
  return {
    name,
    destination: known,
    settings,
    holdMs,
    environments: environmentsOf(name, environments, all),
  };
}

/** Test events must not end up in a true ad account because nobody thought of it. */
function environmentsOf(name: string, given: unknown, all: readonly string[]): readonly string[] {
  if (given === undefined) {
    if (all.length <= 1) return all;
    throw invalid(`destinations.${name}: \`environments\` is missing; this relay has ${all.join(', ')}`);
  }
  const isKnown = Array.isArray(given) && given.every((one) => typeof one === 'string');
  if (!isKnown) throw invalid(`destinations.${name}: \`environments\` must be a list of names`);
  return given;
}

const isDestination = (value: unknown): value is AnyDestination =>
  typeof value === 'object' && value !== null && 'map' in value && 'request' in value && 'read' in value;

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);

import type { GivenAudiences } from '../audiences/rules.ts';
import type { HeapSegmentSettings } from '../mirror/segment-sync.ts';
import type { NotifySettings } from '../notify/configure-notify.ts';
import type { GivenTraits } from '../traits/compute-traits.ts';
import { TrackLayerError, type EventMap, type Events } from '@tracklayer/core';
import { destinations as builtIn, type AnyDestination } from '@tracklayer/destinations';
import type { GivenDestinations } from '../deliver/configured.ts';
import { keepDevelopmentKey } from '../development-key.ts';
import { scopes, type RelayKey, type Scope } from '../keys.ts';
import { readConfigFile } from './read-config-file.ts';
import type { KeySettings, LimitSettings, RelaySettings, RetentionSettings, Secret } from './settings.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Everything that `tracklayer serve` needs, in place. */
export interface RelayConfig {
  host: string;
  port: number;
  /** A SQLite file, or `postgres://…`. */
  db: string;
  /** Own events, or the file that has them. */
  events?: Events<EventMap> | string | undefined;
  keys: readonly RelayKey[];
  /** The development key that is kept beside the database, when no key was given. */
  developmentSecret?: string | undefined;
  retention: RetentionSettings;
  limits: LimitSettings;
  destinations: GivenDestinations;
  audiences: GivenAudiences | undefined;
  traits: GivenTraits | undefined;
  heap: HeapSegmentSettings | undefined;
  notify: NotifySettings | undefined;
}

/** Settings as they are given, each as text or absent. */
export interface GivenSettings {
  config?: string | undefined;
  host?: string | undefined;
  port?: string | undefined;
  db?: string | undefined;
  events?: string | undefined;
  key?: readonly string[] | undefined;
}

export const defaultDb = '.tracklayer/relay.db';
const defaults = { host: '127.0.0.1', port: 8787, db: defaultDb };

/**
 * Settles the configuration: flags, else `TRACKLAYER_*`, else the file of `--config` or `tracklayer.config.*`, else
 * defaults. Keys of one place replace those of the next. Without any, the development key that is kept beside the
 * database is taken, or made.
 *
 * @throws TrackLayerError `invalid_options`; no secret is in its message.
 */
export async function resolveConfig(flags: GivenSettings, env: Variables): Promise<RelayConfig> {
  const file = await readConfigFile(flags.config ?? env['TRACKLAYER_CONFIG']);
  const host = flags.host ?? env['TRACKLAYER_HOST'] ?? file.host ?? defaults.host;
  const port = Number(flags.port ?? env['TRACKLAYER_PORT'] ?? file.port ?? defaults.port);
  const db = flags.db ?? env['TRACKLAYER_DB'] ?? databaseOf(file, env) ?? defaults.db;
  const events = flags.events ?? env['TRACKLAYER_EVENTS'] ?? file.events;
  const listed = flags.key ?? env['TRACKLAYER_KEYS']?.split(/\s+/).filter(Boolean);
  const keys = listed?.map(parseKey) ?? file.keys?.map((key, place) => keyOf(key, place, env)) ?? [];
  const { retention = {}, limits = {} } = file;
  const destinations = destinationsOf(file, env);
  const { audiences, traits } = file;
  const heap = file.heap && { ...file.heap, secret: secretOf(file.heap.secret, 'heap.secret', env) };
  const notify = file.notify && {
    ...file.notify,
    secret: secretOf(file.notify.secret, 'notify.secret', env),
  };
  const rest = { events, retention, limits, destinations, audiences, traits, heap, notify };

  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw invalid('port must be a whole number from 0 to 65535');
  if (keys.length > 0) return { host, port, db, keys, ...rest };
  if (!isLoopback(host)) {
    throw invalid(
      `no key was given, and ${host} can be reached from other machines; give one with --key or TRACKLAYER_KEYS`,
    );
  }
  const developmentSecret = keepDevelopmentKey(db);
  // All that a developer tries on this machine: push a registry, too.
  const development = { environment: 'development', secret: developmentSecret, scopes };
  return { host, port, db, keys: [development], developmentSecret, ...rest };
}

/** Puts secrets in their places; each may stand in any setting of text, and must where the destination says so. */
function destinationsOf({ destinations = {} }: RelaySettings, env: Variables): GivenDestinations {
  const resolved = Object.entries(destinations).map(([name, given]) => {
    const settings = Object.entries((given ?? {}) as Record<string, unknown>).map(([setting, value]) => {
      const path = `destinations.${name}.${setting}`;
      if (isSecret(value)) return [setting, secretOf(value, path, env)];
      if (typeof value === 'string' && isSecretField(name, given, setting))
        throw invalid(`${path} must be env('NAME'), with the name of an environment variable`);
      return [setting, value];
    });
    return [name, Object.fromEntries(settings)] as const;
  });
  return Object.fromEntries(resolved);
}

const isSecret = (value: unknown): value is Secret =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).join() === 'env' &&
  'env' in value &&
  typeof value.env === 'string';

function isSecretField(name: string, given: unknown, setting: string): boolean {
  const { type = name, destination } = given as { type?: string; destination?: AnyDestination };
  const known = destination ?? (builtIn as Record<string, AnyDestination>)[type];
  const fields = known?.settings as Record<string, { kind?: string }> | undefined;
  return fields?.[setting]?.kind === 'secret';
}

function databaseOf({ db }: RelaySettings, env: Variables): string | undefined {
  return typeof db === 'object' ? secretOf(db, 'db', env) : db;
}

/** Which of secret and sha256 a key has, and that it is one of the two, is checked with all other keys. */
function keyOf({ secret, ...key }: KeySettings, place: number, env: Variables): RelayKey {
  return (
    secret === undefined ? key : { ...key, secret: secretOf(secret, `keys.${place}.secret`, env) }
  ) as RelayKey;
}

function secretOf(secret: Secret | undefined, path: string, env: Variables): string {
  if (secret === undefined) throw invalid(`${path} is missing; set it to env('NAME')`);
  const { env: name } = secret;
  const value = env[name];
  if (value === undefined || value === '') throw invalid(`${path}: the variable ${name} is not set`);
  return value;
}

/** `environment:secret`, or `environment:secret:scope,scope` for less than `events:write,events:read`. */
function parseKey(text: string): RelayKey {
  const [, environment, secret, listed] = /^([^:]*):([^:]*)(?::(.*))?$/.exec(text) ?? [];
  if (environment === undefined || secret === undefined) {
    throw invalid(
      'a key is environment:secret, such as production:tlk_…; `tracklayer key production` makes one',
    );
  }
  return { environment, secret, scopes: listed === undefined ? undefined : (listed.split(',') as Scope[]) };
}

/** This machine alone can reach it. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);

import { readFileSync } from 'node:fs';
import { TrackLayerError } from '@tracklayer/core';
import { keepDevelopmentKey } from './development-key.ts';
import { scopes, type RelayKey, type Scope } from './keys.ts';

/** Everything that `tracklayer serve` needs, in place. */
export interface RelayConfig {
  host: string;
  port: number;
  /** The SQLite file. */
  db: string;
  /** The file of the customer's own events. */
  events?: string | undefined;
  keys: readonly RelayKey[];
  /** The development key that is kept beside the database, when no key was given. */
  developmentSecret?: string | undefined;
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
const defaults = { host: '127.0.0.1', port: '8787', db: defaultDb };

/**
 * Settles the configuration: flags, else `TRACKLAYER_*`, else the file of `--config`, else defaults. Keys of one place
 * replace those of the next. Without any, the development key that is kept beside the database is taken, or made.
 *
 * @throws TrackLayerError `invalid_options`; nothing of a secret is in its message.
 */
export function resolveConfig(
  flags: GivenSettings,
  env: Readonly<Record<string, string | undefined>>,
): RelayConfig {
  const path = flags.config ?? env['TRACKLAYER_CONFIG'];
  const file = path === undefined ? {} : readFile(path);
  const host = flags.host ?? env['TRACKLAYER_HOST'] ?? file.host ?? defaults.host;
  const port = Number(flags.port ?? env['TRACKLAYER_PORT'] ?? file.port ?? defaults.port);
  const db = flags.db ?? env['TRACKLAYER_DB'] ?? file.db ?? defaults.db;
  const events = flags.events ?? env['TRACKLAYER_EVENTS'] ?? file.events;
  const listed = flags.key ?? env['TRACKLAYER_KEYS']?.split(/\s+/).filter(Boolean);
  const keys = listed?.map(parseKey) ?? file.keys ?? [];

  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw invalid('port is a whole number from 0 to 65535');
  if (keys.length > 0) return { host, port, db, events, keys };
  if (!isLoopback(host)) {
    throw invalid(
      `no key was given, and ${host} can be reached from other machines; give one with --key or TRACKLAYER_KEYS`,
    );
  }
  const developmentSecret = keepDevelopmentKey(db);
  // All that a developer tries on this machine: push a registry, too.
  const development = { environment: 'development', secret: developmentSecret, scopes };
  return { host, port, db, events, keys: [development], developmentSecret };
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

interface ConfigFile {
  host?: string;
  port?: string;
  db?: string;
  events?: string;
  keys?: RelayKey[];
}

function readFile(path: string): ConfigFile {
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    // JSON.parse quotes what it read, and that may be a secret.
    const isMissing = cause instanceof Error && 'code' in cause;
    throw invalid(`${path} ${isMissing ? `cannot be read (${String(cause.code)})` : 'is not JSON'}`);
  }
  if (typeof file !== 'object' || file === null || Array.isArray(file))
    throw invalid(`${path} is not a JSON object`);
  const known = ['$schema', 'host', 'port', 'db', 'events', 'keys'];
  const unknown = Object.keys(file).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(`${path} has the unknown setting ${unknown}; there are host, port, db, events, keys`);
  const { host, port, db, events, keys } = file as Record<string, unknown>;
  for (const [name, value] of Object.entries({ host, db, events })) {
    if (value !== undefined && typeof value !== 'string') throw invalid(`${path}: ${name} is text`);
  }
  if (keys !== undefined && !(Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key))) {
    throw invalid(
      `${path}: keys is a list of { environment, secret or sha256, scopes? } with scopes of ${scopes.join(', ')}`,
    );
  }
  return { ...(file as ConfigFile), ...(port !== undefined && { port: JSON.stringify(port) }) };
}

/** This machine alone can reach it. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

const invalid = (detail: string): TrackLayerError => new TrackLayerError('invalid_options', detail);

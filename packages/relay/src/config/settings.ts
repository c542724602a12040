import type { EventMap, Events } from '@tracklayer/core';
import type { GivenAudiences } from '../audiences/rules.ts';
import type { BuiltInDestinations, EngineSettings } from '../deliver/configured.ts';
import type { Scope } from '../keys.ts';
import type { NotifySettings } from '../notify/configure-notify.ts';
import type { GivenTraits } from '../traits/compute-traits.ts';

/** What `tracklayer.config.ts|js|json|yaml` says. Flags and `TRACKLAYER_*` win over it. */
export interface RelaySettings {
  /** The address to listen on. Default `127.0.0.1`: this machine only. */
  host?: string | undefined;
  /** `0` takes a free one. Default `8787`. */
  port?: number | undefined;
  /** A SQLite file, or `postgres://…`; one with a password by {@link env}. Default `.tracklayer/relay.db`. */
  db?: string | Secret | undefined;
  /** Own events: what `defineEvents` returned, or a file of them. */
  events?: Events<EventMap> | string | undefined;
  /** Who may call, and in which environment. */
  keys?: readonly KeySettings[] | undefined;
  /** How long things are kept. */
  retention?: RetentionSettings | undefined;
  /** Where accepted events go; secrets by {@link env}. See docs/destinations.md. */
  destinations?: DestinationSettings | undefined;
  /** The platforms that receive each audience; see docs/audiences.md. */
  audiences?: GivenAudiences | undefined;
  /** Computed traits of your own, in a module; `{}` for ours alone. See docs/traits.md. */
  traits?: GivenTraits | undefined;
  /** Takes Heap's Segment Sync. */
  heap?: { secret: Secret; environment?: string | undefined } | undefined;
  /** A server of yours that receives alerts and outcomes of deliveries. See docs/operate.md. */
  notify?: (Omit<NotifySettings, 'secret'> & { secret: Secret }) | undefined;
  /** Limits per caller, and for all together. */
  limits?: LimitSettings | undefined;
}

export interface KeySettings {
  /** `production`, `staging` */
  environment: string;
  /** By {@link env}; else `sha256`. */
  secret?: Secret | undefined;
  /** SHA-256 of the secret, 64 hex digits, as `tracklayer key` prints it. */
  sha256?: string | undefined;
  /** Default: `events:write` and `events:read`. */
  scopes?: readonly Scope[] | undefined;
}

/** Days. Ids are never kept for less than 30 (docs/wire.md W-4). */
export interface RetentionSettings {
  /** Events and their ids. Default `400`, at least `30`. */
  events?: number | undefined;
  /** Identifies; the traits and links that follow from them stay. Default `400`, at least `30`. */
  identifies?: number | undefined;
  /** Requests that reported something. Default `400`, at least `30`. */
  reports?: number | undefined;
  /** Addresses and user agents, in events, identifies and persons. Default `30`. */
  network?: number | undefined;
}

export interface LimitSettings {
  /** Requests of one key per second; beyond it 429. Default: no limit. */
  requestsPerSecond?: number | undefined;
  /** Bytes of request bodies that are read at a time, all together; beyond it 503. Default 64 MiB. */
  bodyBytesInFlight?: number | undefined;
}

/** Destinations by name, in which every text may be given by {@link env}, and secrets must be. */
export type DestinationSettings = {
  readonly [Name in keyof BuiltInDestinations]?: WithSecrets<NonNullable<BuiltInDestinations[Name]>>;
} & Readonly<Record<string, EngineSettings & { readonly [setting: string]: unknown }>>;

type WithSecrets<Settings> = {
  readonly [Name in keyof Settings]: Settings[Name] | (string extends Settings[Name] ? Secret : never);
};

/** The name of an environment variable that holds a secret. */
export interface Secret {
  env: string;
}

/** Names the environment variable that holds a secret, so that no file does. In JSON and YAML: `{ "env": "NAME" }`. */
export const env = (name: string): Secret => ({ env: name });

/**
 * Types the settings of a relay; `tracklayer.config.ts` exports what it returns by default.
 *
 * @example
 * export default defineRelay({
 *   db: env('DATABASE_URL'),
 *   keys: [{ environment: 'production', secret: env('TRACKLAYER_PRODUCTION_KEY') }],
 *   retention: { events: 90 },
 * });
 */
export const defineRelay = (settings: RelaySettings): RelaySettings => settings;

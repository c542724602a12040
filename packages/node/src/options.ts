import type {
  BuiltInEvents,
  ClientOptions,
  EventMap,
  MessageKind,
  TraitOptions,
  Transport,
} from '@tracklayer/core';

/** Options of {@link createNodeClient}. */
export interface NodeClientOptions<Own extends EventMap = BuiltInEvents> extends Omit<
  ClientOptions<Own>,
  'transport' | 'platform' | 'hashTraits' | 'debug'
> {
  /** Base URL of the relay: `https://relay.example.com`. Needed unless `transport` is given. */
  endpoint?: string | URL | undefined;
  /** Server key with the scope `events:write` (docs/wire.md W-8). Default: none is sent. */
  key?: string | undefined;
  /** Other paths than `/api/capture` and `/api/identify`. */
  paths?: Partial<Record<MessageKind, string>> | undefined;
  /** Bodies over 2 kB are compressed (docs/wire.md W-14). Default `gzip`. */
  compress?: 'gzip' | false | undefined;
  /**
   * Names of traits and properties that may be sent in clear: personal ones together with their hash, and others even
   * if they contain an e-mail address (docs/wire.md W-18). Default none.
   */
  clearTraits?: readonly string[] | undefined;
  /** Reads phone numbers that are not E.164: `createPhoneNormalizer` of `@tracklayer/node/phone`. Default: left out. */
  normalizePhone?: TraitOptions['normalizePhone'];
  /**
   * Prints each capture, request and verdict on stderr: ids and names, no properties. Default: where `TRACKLAYER_DEBUG` is
   * `1`.
   */
  debug?: boolean | undefined;
  /** In place of HTTP, for tests. */
  transport?: Transport | undefined;
  /**
   * Folder that keeps messages until they are delivered, through crashes and restarts. Several processes may share it
   * when they send to the same relay: what one leaves behind, another one sends. At most 512 MiB per process. Default:
   * memory only.
   */
  spool?: string | undefined;
  /** With `spool`: every capture also survives a power cut, for some milliseconds each. Default `false`. */
  fsync?: boolean | undefined;
  /**
   * Calls `close()` on SIGTERM and SIGINT, and then raises the signal again if nobody else listens. Default `false`:
   * `close()` is the app's to call.
   */
  handleSignals?: boolean | undefined;
  /** The serverless platform's function that keeps it alive until all events are sent. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

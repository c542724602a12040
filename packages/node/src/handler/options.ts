import type { EventMap, Events, MessageKind, Registry, TrackLayerError } from '@tracklayer/core';
import type { NodeClient } from '../node-client.ts';
import type { TrustProxy } from './address.ts';

/** Options of {@link createCaptureHandler}. */
export interface CaptureHandlerOptions {
  /** Passes on the events of pages. */
  client: Pick<NodeClient, 'forward'> & Partial<Pick<NodeClient, 'reportSightings'>>;
  /**
   * With it, and without `allow`, a page may send the canonical events that it promotes: of approved entries, and of
   * deprecated ones until their date. It may report sightings of the labels that the entries name, and of those that
   * nearly match. Asked at every request, so that one of `loadRegistry` counts as it is then.
   */
  registry?: Registry | undefined;
  /**
   * Returns the user who sent this request, from the app's own session: an id, or nothing for a visitor. Called once
   * per request; must not read its body. If it throws, the endpoint responds with 503 and the page sends again. A page's own `user_id` is never used
   * (docs/wire.md W-9). Default: nobody.
   */
  resolveUser?:
    | ((request: Request) => string | null | undefined | Promise<string | null | undefined>)
    | undefined;
  /** The events that a page may send. Default: by `registry`, else all. */
  allow?: readonly string[] | undefined;
  /** Events of your own that pages send, by `defineEvents`. Default: the built-in ones. */
  events?: Events<EventMap> | undefined;
  /** The ends of the paths that this handler serves. Default `/api/capture`, `/api/identify` and `/api/drift`. */
  paths?: Partial<Record<MessageKind | 'drift', string>> | undefined;
  /** Origins of pages besides the handler's own host: `https://shop.example.com`. Default none. */
  allowedOrigins?: readonly string[] | undefined;
  /** Reverse proxies of your own, whose `X-Forwarded-*` headers are trusted: `true`, or their number. Default `false`. */
  trustProxy?: TrustProxy | undefined;
  /** Bytes of one body, before and after decompression. Default 1 MiB. */
  maxBodyBytes?: number | undefined;
  /** How long a body may take to arrive, in milliseconds. Default `30_000`. */
  bodyTimeoutMs?: number | undefined;
  /** Requests of one address in a minute, in this process. Default: no limit. */
  rateLimit?: { perMinute: number } | undefined;
  /**
   * Called for everything that is not about one event: an origin that is not allowed, a session that cannot be read,
   * a relay that accepts nothing, a failure of our own. Once a minute for each code. Default: a warning on the console.
   */
  onError?: ((error: TrackLayerError) => void) | undefined;
  /** `Domain` of the cookie `tl_aid`, where several hosts share their visitors. Default: this host. */
  cookieDomain?: string | undefined;
}

/** What the server in front of a handler knows and a `Request` does not say. */
export interface ConnectionInfo {
  /** Address of the connection. */
  ip?: string | undefined;
}

/** Answers the requests of pages, as web-standard `Request` and `Response`. Never rejects. */
export interface CaptureHandler {
  (request: Request, info?: ConnectionInfo): Promise<Response>;
  /** Whether a path is this handler's; anything else it answers 404. */
  handles(pathname: string): boolean;
}

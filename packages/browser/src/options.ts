import {
  TrackLayerError,
  type BuiltInEvents,
  type CallbackOptions,
  type ClientOptions,
  type EventContext,
  type EventMap,
  type MessageKind,
  type QueueOptions,
} from '@tracklayer/core';

export interface BrowserClientOptions<Own extends EventMap = BuiltInEvents>
  extends
    QueueOptions,
    CallbackOptions,
    Pick<ClientOptions<Own>, 'consent' | 'strict' | 'hashTraits' | 'clearTraits' | 'events' | 'beforeSend'> {
  /** Your own endpoint: a path of this site such as `/tl`, or an https URL of yours (http on localhost). It needs no key. */
  endpoint: string | URL;
  /** Other paths than `/api/capture` and `/api/identify`, under `endpoint`. */
  paths?: Partial<Record<MessageKind, string>> | undefined;
  /** Added to events that name no source of their own. Default `browser`. */
  source?: string | undefined;
  /**
   * Prints each capture, request and verdict on the console: ids and names, no properties. The code for it is loaded then.
   * Default: where `localStorage.tracklayer_debug` is `1`.
   */
  debug?: boolean | undefined;
  /** Adds to the page's own context (URL, locale, click ids); its keys win. */
  context?: (() => EventContext | undefined) | undefined;
  /** `Domain` of the cookie `tl_aid`, where several hosts share their visitors; it must cover this host. Default: this host. */
  cookieDomain?: string | undefined;
}

/** A page sends often, since it may be gone soon, and stores what most quotas hold several times: 1,000,000 characters. */
export const pageDefaults: QueueOptions = {
  flushIntervalMs: 1_000,
  maxQueueEvents: 1_000,
  maxQueueBytes: 1_000_000,
};

/** @throws TrackLayerError `invalid_options` */
export function checkOptions(options: Pick<BrowserClientOptions, 'cookieDomain'>): void {
  const given = options ?? {};
  const { cookieDomain } = given;
  const problem =
    typeof document === 'undefined'
      ? 'there is no page here; use createNodeClient on a server'
      : 'key' in given
        ? 'a page cannot keep a key; post to your own server without one (docs/wire.md W-9)'
        : cookieDomain !== undefined && !/^[\w.-]+$/.test(cookieDomain)
          ? '`cookieDomain` must be a host name'
          : undefined;
  if (problem) throw new TrackLayerError('invalid_options', problem);
}

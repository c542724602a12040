import type { ConsentSnapshot, EventMap, Events, JsonObject } from '@tracklayer/core';
import type { PageWalk } from './page/walk-page.ts';

/** Options of `verifyPath`. */
export interface VerifyOptions {
  /** The relay: `https://relay.example.com`. */
  url: string;
  /** A key with `events:read`, and `events:write` unless `watch` or `page` is given. */
  key: string;
  /** Such as `purchase`. */
  event: string;
  /** The known user of the event. */
  user_id: string;
  /** Properties that are known, such as `{ order_id: 'ord_10492' }`. An event that is known by them is followed, and nothing is sent. */
  properties?: JsonObject | undefined;
  /** Waits for an event that the app captures, and sends none. Default `false`. */
  watch?: boolean | undefined;
  /** Opens a page in Chromium, records its calls of Heap, and waits for the event. Needs `playwright-core`. */
  page?: PageWalk | undefined;
  /** One destination of the relay, or `none` to stop at the relay. Default: all that the event goes to. */
  destination?: string | undefined;
  /** Consent of the controlled event. Default: all three purposes granted. */
  consent?: ConsentSnapshot | undefined;
  /** Sends the controlled event on to destinations, where it counts. Default `false`. */
  live?: boolean | undefined;
  /** How long to wait for the event and its destinations, in milliseconds. Default `30_000`. */
  timeoutMs?: number | undefined;
  /** Events of your own, by `defineEvents`. Default: the built-in ones. */
  events?: Events<EventMap> | undefined;
  /** Ends the wait; the result so far is returned. */
  signal?: AbortSignal | undefined;
  /** Asks the relay. Default: the platform's. */
  fetch?: ((request: Request) => Promise<Response>) | undefined;
  /** Wall clock, in milliseconds since 1970. Default: the platform's. */
  now?: (() => number) | undefined;
}

import type { EventMap, Events } from '@tracklayer/core';
import type { Configured } from './deliver/configured.ts';
import type { Feed } from './feed/feed.ts';
import type { Scope } from './keys.ts';
import type { ListCare } from './lists/list-care.ts';
import type { Mirrors } from './mirror/mirrors.ts';
import type { Metrics } from './metrics.ts';
import type { Schema } from './openapi/answers.ts';
import type { Store } from './store/store.ts';

/**
 * One thing that the relay does for callers; docs/wire.md says what it means. Each folder lists its own;
 * routes, 405 and the OpenAPI document come from the lists.
 */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'delete';
  /** `/api/events/{event_id}` */
  path: string;
  summary: string;
  /** What the key must allow; none where no key is needed. */
  scope?: Scope;
  /** A schema of `/api/schema`, or one of its own. */
  body?: 'capture' | 'identify' | 'registry' | Schema;
  /** What the body may hold at most, in bytes, when that is not the bound of every body, or the body has no schema here. */
  maxBodyBytes?: number;
  query?: Readonly<Record<string, Schema>>;
  headers?: Readonly<Record<string, Schema & { required?: boolean }>>;
  /** The body of 200; `text` or `stream` where it is not JSON. */
  answer: Schema | 'text' | 'stream' | 'registry';
  /** Statuses beyond those of its scope, body and store. */
  others?: readonly number[];
  /** Ends in 503 when the store cannot commit. */
  writes?: boolean;
  /** Answers a request that its key allows. Absent for the two requests that have a shorter way in. */
  handle?: (call: Call) => Promise<Response> | Response;
}

/** One request on its way to an answer. */
export interface Call {
  request: Request;
  /** Values of the path, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** The key's; empty where no key is needed. */
  environment: string;
  /** The key's fingerprint; empty where no key is needed. */
  key: string;
  /** What the key allows; empty where no key is needed. */
  scopes: ReadonlySet<Scope>;
  store: Store;
  /** Own events. Default: the built-in ones. */
  events: Events<EventMap> | undefined;
  /** Where events go. */
  destinations: readonly Configured[];
  /** Audiences and computed traits. */
  mirrors: Mirrors;
  /** Lists of platforms as a whole. */
  lists: ListCare;
  metrics: Metrics;
  /** What this relay answers, live. */
  feed: Feed;
  /** Wakes the work of an environment at a time, in milliseconds since 1970, so that nobody sleeps past it. */
  nudge(environment: string, due_at: number): void;
  /** Everything that this relay does. */
  operations: readonly Operation[];
  /** Milliseconds since 1970. */
  now: () => number;
}

import type { BeforeSend } from './before-send.ts';
import type { ConsentState } from './consent/consent.ts';
import type { BuiltInEvents, CaptureInput } from './contract/capture-input.ts';
import type { Events } from './contract/define-events.ts';
import type { EventMap } from './contract/own-event.ts';
import type { ConsentSnapshot, EventContext, JsonObject } from './event/event.ts';
import type { Problem } from './event/problem.ts';
import type { Identity } from './identity/identity.ts';
import type { SafeTraits, Traits } from './identity/personal.ts';
import type { Ledger } from './queue/ledger.ts';
import type { DropReason, FlushResult, Outcome, Stats } from './queue/stats.ts';
import type { ErrorCode, TrackLayerError } from './errors.ts';
import type { Platform } from './platform.ts';
import type { Transport } from './transport/transport.ts';

/** What `capture` and `identify` return at once. */
export interface Receipt {
  /** `null` when the message was refused. */
  readonly event_id: string | null;
  /** Resolves when the message is final. Made on demand: it costs nothing unless asked. */
  settled(): Promise<Outcome>;
}

export interface Drop {
  event_id: string | null;
  /** The event's name; `identify` for an identify; absent when it had none. */
  event?: string | undefined;
  reason: DropReason;
  /** For a person to read; never holds a personal value. */
  detail?: string | undefined;
  /** What is wrong with it, field by field, where that is the reason. */
  problems?: readonly Problem[] | undefined;
}

/** A known event_id came again with another body (wire W-4). Each such copy is reported once. */
export interface Conflict {
  event_id: string;
  event: string;
  /** `client`: the first-time ledger saw it before sending; `server`: only the verdict says so. */
  seen_by: 'client' | 'server';
}

export interface IdentifyInput {
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  account_id?: string | undefined;
  /** Raw personal traits are normalised and hashed before the queue (wire W-18). `null` removes a trait. */
  traits?: Traits | undefined;
  /** A `Date`, milliseconds since 1970, or ISO-8601. Default: now. */
  occurred_at?: string | number | Date | undefined;
  context?: EventContext | undefined;
  consent?: ConsentSnapshot | undefined;
  source?: string | undefined;
}

export interface QueueOptions {
  /** Messages that trigger a send. Default `20`. */
  flushAt?: number | undefined;
  /** Longest wait before a send, in milliseconds. Default `5_000` (browser `1_000`). */
  flushIntervalMs?: number | undefined;
  /** Messages in one request, at most. Default `100`, at most `500`. */
  maxBatchEvents?: number | undefined;
  /** Bytes of one request's body, at most. Default `512_000`. */
  maxBatchBytes?: number | undefined;
  /** Messages waiting, at most. Default `100_000` (browser `1_000`). */
  maxQueueEvents?: number | undefined;
  /** Characters of JSON waiting, at most. Default 48 Mi (browser `1_000_000`, or what the quota of the page's storage holds; what exceeds that is kept in memory). */
  maxQueueBytes?: number | undefined;
  /** A message older than this is dropped as `expired`, in milliseconds. Default seven days. */
  maxEventAgeMs?: number | undefined;
  /** The time for one attempt, from connecting to the last byte of the response, in milliseconds. Default `10_000`. */
  requestTimeoutMs?: number | undefined;
  /** What `close()` waits for, at most, in milliseconds. Default `5_000`. */
  shutdownTimeoutMs?: number | undefined;
  /**
   * `required`: only a verdict that names the event settles it. `status`: any 2xx with JSON does, for servers that
   * know no verdicts (use with `flushAt: 1`). Default `required`.
   */
  receipts?: 'required' | 'status' | undefined;
}

export interface CallbackOptions {
  /** Every dropped message, with its reason. */
  onDrop?: ((drop: Drop) => void) | undefined;
  /** A known event_id came again with another body (wire W-4): a key that is too coarse, or a forged amount. */
  onConflict?: ((conflict: Conflict) => void) | undefined;
  /** Everything that is not about one event: a wrong key, a captive portal, storage that fails. */
  onError?: ((error: TrackLayerError) => void) | undefined;
}

export interface ClientOptions<Own extends EventMap = BuiltInEvents> extends QueueOptions, CallbackOptions {
  /** Sends one request: `createHttpTransport({ endpoint, key })`, or your own. */
  transport: Transport;
  /** Events of your own, by `defineEvents`. Default: the built-in ones. */
  events?: Events<Own> | undefined;
  /** Clocks, storage and randomness of the environment. Default: memory only, the clocks and randomness of the JavaScript platform. */
  platform?: Platform | undefined;
  /** What the person agreed to, or `pending` until they are asked. Default: not asked, events carry no snapshot. */
  consent?: 'pending' | ConsentSnapshot | undefined;
  /** Added to events that name no source of their own. */
  source?: string | undefined;
  /** Circumstances added to every event; the event's own keys win. */
  context?: (() => EventContext | undefined) | undefined;
  /** Prints each capture, request and verdict on the console: ids and names, no properties. Default `false`. */
  debug?: boolean | undefined;
  /**
   * Changes, redacts or drops an event before it is kept: returns the event, or `null` to drop it as `before_send`. What
   * it returns is checked again (wire W-10, W-18); the name and the id never change. If it throws, the event is sent
   * unchanged and `onError` reports it. Default: every event is kept as it is.
   */
  beforeSend?: BeforeSend<Own> | undefined;
  /** Throw on a message that breaks the contract instead of reporting it. For tests. Default `false`. */
  strict?: boolean | undefined;
  /**
   * Makes personal traits and properties safe, synchronously (docs/wire.md W-18): `hashTraits` with a SHA-256 of the
   * platform. Default: they are left out and reported.
   */
  hashTraits?: ((traits: JsonObject) => SafeTraits) | undefined;
  /**
   * Names of traits and properties that may be sent in clear: personal ones together with their hash, and others even
   * if they contain an e-mail address, such as a mailbox of your own (docs/wire.md W-18). Default: none.
   */
  clearTraits?: readonly string[] | undefined;
}

/** What an adapter sets besides. */
export interface AdapterOptions<Own extends EventMap = BuiltInEvents> extends ClientOptions<Own> {
  /** Remembers business ids, to send a milestone once. */
  ledger: Ledger;
  /** The person of these events, in a page. Default: every event names its own ids. */
  identity?: Identity | undefined;
  /** What the platform says of itself with each event; what `context` says wins. */
  platformContext?: (() => EventContext) | undefined;
  /** The browser's Global Privacy Control signal: it travels in every consent snapshot, and refuses nothing alone. */
  gpc?: boolean | undefined;
  /** The page is not visible yet: events are held, as while consent is pending, until `show()`. */
  isHidden?: boolean | undefined;
}

/** `Own`: the events that it takes, when they are more than the built-in ones. */
export interface Client<Own extends EventMap = BuiltInEvents> {
  /**
   * Puts one event on the queue and returns at once; the next send delivers it. Never throws (unless `strict`).
   *
   * @example
   * tracklayer.capture({ event: 'purchase', user_id: 'cust_2048',
   *   properties: { order_id: 'ord_10492', value: 129.95, currency: 'EUR' } }).event_id; // 'ord_10492_purchase'
   */
  capture(event: CaptureInput<Own>): Receipt;
  /** Ties `anonymous_id` to `user_id`, with traits. Final before later captures of the same person are sent (W-20). */
  identify(input: IdentifyInput): Receipt;
  /**
   * Sends now, within the rules of backoff, and resolves when every message captured before the call is final or
   * `timeoutMs` (default `shutdownTimeoutMs`) has passed, with what became of them.
   */
  flush(options?: { timeoutMs?: number | undefined }): Promise<FlushResult>;
  /** Flushes, then stops for good; leaves no timer or listener behind. */
  close(): Promise<FlushResult>;
  stats(): Stats;
  /**
   * Takes the person's decision: a purpose that is `granted` opens the gate, a purpose that is `denied` with none
   * granted closes it. What cannot be read changes nothing, and is reported to `onError`.
   */
  setConsent(snapshot: ConsentSnapshot): void;
  /** Withdraws consent: memory and storage are purged and requests aborted when it resolves. */
  optOut(): Promise<void>;
  /** Ends an opt-out. Resurrects nothing. */
  optIn(): void;
}

/** A client as an adapter holds it: what the app may call, and what only the adapter does. */
export interface AdapterClient<Own extends EventMap = BuiltInEvents> {
  /** For the app. */
  client: Client<Own>;
  /** Tells `onError`, once a minute for each code and detail. Never throws. */
  report(code: ErrorCode, detail: string, cause?: unknown): void;
  /** The page is going away: hands over at once what a transport can still take, what has priority first. */
  leave(): void;
  /**
   * The page is back: takes over leftovers and sends now, within the rules of backoff. `isOnline`: the network is back,
   * so that only a pause that the server asked for still counts.
   */
  resume(isOnline?: boolean): void;
  /** Somebody sees the page now. */
  show(): void;
  /** What may be done with events now. */
  consent(): ConsentState;
  /** Opts out if the person opted out in another client of this origin. */
  heed(): void;
  /** The process ends now: reports how many events it leaves undelivered, and why. */
  lost(): void;
}

import type { MessageKind } from '../event/event.ts';

/** One HTTP request, ready to go: `POST {endpoint}{path of kind}` with a JSON body. */
export interface WireRequest {
  kind: MessageKind;
  /** JSON text: one message, or `{ "batch": […], "sent_at" }`. */
  body: string;
  /** UTF-8 bytes of `body`. */
  bytes: number;
  /** The same over all retries of one request (docs/wire.md W-15). */
  idempotency_key: string;
  /** 1 for the first try. */
  attempt: number;
  /** The page is going away: send so that it survives that (browser only). */
  leaving?: boolean | undefined;
  /** False after a 415: the server does not read compressed bodies. */
  compress: boolean;
}

/** What came back, uninterpreted. Redirects are not followed: a 3xx, or 0 for a page's opaque redirect, is an answer. */
export interface WireAnswer {
  status: number;
  /** Body text, cut at 1 MiB. */
  body: string;
  content_type?: string | undefined;
  retry_after?: string | undefined;
  /** The `Date` header, against which a date in `Retry-After` is read. */
  date?: string | undefined;
  /** The request's body travelled compressed. */
  compressed?: boolean | undefined;
}

/**
 * Makes one attempt. Resolves with whatever the server answered; rejects when no complete answer came
 * (refused, timed out, cut, blocked, aborted), with an Error whose message says why. Never retries: the queue does.
 */
export interface Transport {
  /** Where it sends, for reports. */
  readonly endpoint?: string | undefined;
  send(request: WireRequest, options: { signal: AbortSignal }): Promise<WireAnswer>;
  /** Bytes that requests of a leaving page may still carry together (wire §7). Default: no limit. */
  room?(): number;
  /** No more requests: lets go of connections. */
  close?(): void;
}

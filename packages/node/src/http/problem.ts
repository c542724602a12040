import type { Problem } from '@tracklayer/core';
import { jsonReply, type Reply } from './reply.ts';

const titles = {
  invalid_event: 'The event breaks the contract',
  invalid_json: 'The body is not a JSON object',
  invalid_batch: 'The batch cannot be read',
  invalid_query: 'The query cannot be read',
  invalid_registry: 'The registry breaks the contract',
  invalid_sightings: 'The sightings break the contract',
  invalid_members: 'Unusable members',
  invalid_audience: 'Unusable audience',
  invalid_sync: 'The sync cannot be understood',
  sync_conflict: 'Pages of one sync contradict each other',
  invalid_replay: 'The replay cannot be understood',
  precondition_failed: 'The registry has changed',
  precondition_required: 'The version to replace is missing',
  incomplete_body: 'The body did not arrive in full',
  slow_body: 'The body took too long to arrive',
  unsupported_content_type: 'The content type is not JSON',
  unsupported_encoding: 'The content encoding is not gzip',
  body_too_large: 'The body is too large',
  too_many_events: 'The batch has too many events',
  too_many_requests: 'Too many requests from this address',
  foreign_origin: 'The origin is not allowed',
  unauthorized: 'The key is missing or unknown',
  forbidden: 'The key lacks a scope',
  not_found: 'Nothing is here',
  method_not_allowed: 'The method is not allowed here',
  identity_unavailable: 'The user cannot be read',
  relay_unavailable: 'The relay did not answer for the events',
  store_unavailable: 'The event could not be stored',
  busy: 'The server has too much to do',
  internal_error: 'The server failed',
};

/** The stable words of `code` in an error answer of handler and relay (docs/wire.md W-7). */
export type RefusalCode = keyof typeof titles;

interface ProblemDetails {
  errors?: readonly Problem[] | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** An RFC 9457 answer (docs/wire.md W-7). `detail` is written by us: it never holds a value from the request. */
export function problem(
  status: number,
  code: RefusalCode,
  detail: string,
  { errors, headers }: ProblemDetails = {},
): Reply {
  const type = `https://github.com/tracklayer/sdk/blob/main/docs/problems.md#${code}`;
  return jsonReply(
    { type, title: titles[code], status, detail, code, errors },
    { status, headers: { ...headers, 'content-type': 'application/problem+json' } },
  );
}

/** A request that is answered with an error. Thrown wherever a request turns out to be wrong. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly reply: Reply;
  constructor(code: RefusalCode, detail: string, reply: Reply, cause?: unknown) {
    super(detail, { cause });
    this.code = code;
    this.reply = reply;
  }
}

/** A {@link problem}, to be thrown. `cause` is for `onError` and never in the answer. */
export const refusal = (
  status: number,
  code: RefusalCode,
  detail: string,
  { cause, ...details }: ProblemDetails & { cause?: unknown } = {},
): Refusal => new Refusal(code, detail, problem(status, code, detail, details), cause);

/** Nobody has what came yet, so the caller sends the same request again, after a while (docs/wire.md W-24). */
export const unavailable = (
  code: RefusalCode,
  detail: string,
  { retryAfterMs = 5_000, cause }: { retryAfterMs?: number | undefined; cause?: unknown } = {},
): Refusal =>
  refusal(503, code, detail, { headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }, cause });

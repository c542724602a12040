import type { Problem } from '@tracklayer/core';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** The stable words of `code` in an error answer (docs/wire.md W-7). */
export type ProblemCode =
  | 'invalid_event'
  | 'invalid_json'
  | 'invalid_batch'
  | 'invalid_query'
  | 'invalid_registry'
  | 'invalid_sightings'
  | 'precondition_failed'
  | 'precondition_required'
  | 'incomplete_body'
  | 'unsupported_content_type'
  | 'unsupported_encoding'
  | 'body_too_large'
  | 'too_many_events'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'store_unavailable'
  | 'internal_error';

const titles: Record<ProblemCode, string> = {
  invalid_event: 'The event breaks the contract',
  invalid_json: 'The body is not a JSON object',
  invalid_batch: 'The batch cannot be read',
  invalid_query: 'The query cannot be read',
  invalid_registry: 'The registry breaks the contract',
  invalid_sightings: 'The sightings break the contract',
  precondition_failed: 'The registry has changed',
  precondition_required: 'The version to replace is missing',
  incomplete_body: 'The body did not arrive in full',
  unsupported_content_type: 'The content type is not JSON',
  unsupported_encoding: 'The content encoding is not gzip',
  body_too_large: 'The body is too large',
  too_many_events: 'The batch has too many events',
  unauthorized: 'The key is missing or unknown',
  forbidden: 'The key lacks a scope',
  not_found: 'Nothing is here',
  method_not_allowed: 'The method is not allowed here',
  store_unavailable: 'The event could not be stored',
  internal_error: 'The relay failed',
};

interface ProblemDetails {
  errors?: readonly Problem[] | undefined;
  headers?: Record<string, string> | undefined;
}

/** An RFC 9457 answer (docs/wire.md W-7). `detail` is written by us: it never holds a value from the request. */
export function problem(
  status: ContentfulStatusCode,
  code: ProblemCode,
  detail: string,
  { errors, headers }: ProblemDetails = {},
): Response {
  const type = `https://github.com/tracklayer/sdk/blob/main/docs/problems.md#${code}`;
  return Response.json(
    { type, title: titles[code], status, detail, code, errors },
    { status, headers: { ...headers, 'content-type': 'application/problem+json' } },
  );
}

/** The same, to be thrown from wherever a request turns out to be wrong. */
export function refusal(
  status: ContentfulStatusCode,
  code: ProblemCode,
  detail: string,
  details: ProblemDetails & { cause?: unknown } = {},
): HTTPException {
  return new HTTPException(status, {
    message: detail,
    res: problem(status, code, detail, details),
    cause: details.cause,
  });
}

/** Nothing was committed, so the client sends the same request again, soon (docs/wire.md W-24). */
export function storeUnavailable(cause: unknown): HTTPException {
  const detail = 'the store cannot commit now; send the same request again';
  return refusal(503, 'store_unavailable', detail, { headers: { 'retry-after': '1' }, cause });
}

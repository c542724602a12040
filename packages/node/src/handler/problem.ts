import type { Problem } from '@tracklayer/core';

/** The stable words of `code` in the handler's error answers (docs/wire.md W-7). */
export type ProblemCode =
  | 'invalid_event'
  | 'invalid_json'
  | 'invalid_batch'
  | 'invalid_sightings'
  | 'incomplete_body'
  | 'unsupported_content_type'
  | 'unsupported_encoding'
  | 'body_too_large'
  | 'too_many_events'
  | 'too_many_requests'
  | 'foreign_origin'
  | 'not_found'
  | 'method_not_allowed'
  | 'identity_unavailable'
  | 'relay_unavailable'
  | 'internal_error';

const titles: Record<ProblemCode, string> = {
  invalid_event: 'The event breaks the contract',
  invalid_json: 'The body is not a JSON object',
  invalid_batch: 'The batch cannot be read',
  invalid_sightings: 'The sightings break the contract',
  incomplete_body: 'The body did not arrive in full',
  unsupported_content_type: 'The content type is not JSON',
  unsupported_encoding: 'The content encoding is not gzip',
  body_too_large: 'The body is too large',
  too_many_events: 'The batch has too many events',
  too_many_requests: 'Too many requests from this address',
  foreign_origin: 'The origin is not allowed',
  not_found: 'Nothing is here',
  method_not_allowed: 'The method is not allowed here',
  identity_unavailable: 'It is not known who sent this',
  relay_unavailable: 'The relay did not answer for the events',
  internal_error: 'The endpoint failed',
};

/** A request that is answered with an error. Made and thrown wherever a request turns out to be wrong. */
export class Refusal extends Error {
  readonly response: Response;
  constructor(response: Response) {
    super('refused');
    this.response = response;
  }
}

interface ProblemDetails {
  errors?: readonly Problem[] | undefined;
  headers?: Record<string, string> | undefined;
}

/** An RFC 9457 answer (docs/wire.md W-7). `detail` is written by us: it never holds a value from the request. */
export function problem(
  status: number,
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

/** The same, to be thrown. */
export const refusal = (...parts: Parameters<typeof problem>): Refusal => new Refusal(problem(...parts));

/** Nobody has what came yet, so the page sends it again (docs/wire.md W-24). */
export function unavailable(code: ProblemCode, detail: string, retryAfterMs = 5_000): Response {
  return problem(503, code, detail, { headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) } });
}

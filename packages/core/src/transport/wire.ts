import { isFields } from '../event/is-fields.ts';
import type { Answer } from '../event/answer.ts';
import { attempt } from '../event/attempt.ts';
import type { MessageKind, Verdict } from '../event/event.ts';
import { jsonText } from '../event/json-text.ts';
import type { Problem } from '../event/problem.ts';
import type { WireAnswer } from './transport.ts';

const longestPauseMs = 3_600_000;

/**
 * The JSON body of one request: a message alone, or `{ "batch": […] }`. Messages are text already and are never
 * parsed or serialised again. `report` counts what the client dropped since its last successful request (W-37).
 */
export function requestBody(
  messages: readonly string[],
  sent_at: string,
  report?: Record<string, number>,
): string {
  const tail = `"sent_at":"${sent_at}"${report ? `,"client_report":${jsonText({ dropped: report })}` : ''}}`;
  return messages.length === 1
    ? `${messages[0]!.slice(0, -1)},${tail}`
    : `{"batch":[${messages.join(',')}],${tail}`;
}

/**
 * Reads an answer for the messages with these ids.
 *
 * @param receipts - `status`: any 2xx with JSON settles, for servers that know no verdicts (W-12).
 */
export function readAnswer(
  { status, body, content_type, retry_after, date, compressed = false }: WireAnswer,
  kind: MessageKind,
  event_ids: readonly string[],
  now: number,
  receipts: 'required' | 'status' = 'required',
): Answer {
  const isGood = status >= 200 && status < 300;
  const isBad = status === 400 || status === 422;
  const isProblem = !!content_type && content_type.startsWith('application/problem+json');
  const json = isGood || isBad || isProblem ? readObject(body) : undefined;
  const detail = isProblem ? readDetail(json?.['detail']) : undefined;
  if (json && (isGood || (isBad && Array.isArray(json['results'])))) {
    if (receipts === 'status') {
      return { type: 'verdicts', verdicts: event_ids.map((event_id) => ({ event_id, status: 'accepted' })) };
    }
    const verdicts = readVerdicts(json, kind, event_ids);
    if (verdicts.some(Boolean)) return { type: 'verdicts', verdicts };
  }
  if (isGood) return { type: 'no_verdict', status };
  if (status === 413) return { type: 'too_large' };
  if (status === 415) return { type: 'unsupported' };
  if (isBad) {
    return {
      type: 'bad_request',
      status,
      invalid_event: isProblem && json?.['code'] === 'invalid_event',
      errors: isProblem ? readProblems(json?.['errors']) : undefined,
      compressed,
      detail,
    };
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { type: 'later', status, retryAfterMs: readRetryAfter(retry_after, date, now) };
  }
  return { type: 'setup', status, detail };
}

/** A server's sentence, for a report: no longer than one. */
const readDetail = (detail: unknown): string | undefined =>
  typeof detail === 'string' ? detail.slice(0, 200) : undefined;

function readObject(body: string): Readonly<Record<string, unknown>> | undefined {
  const value: unknown = attempt(() => JSON.parse(body) as unknown);
  return isFields(value) ? value : undefined;
}

const statuses = ['accepted', 'duplicate', 'rejected', 'retry'];

function readVerdicts(
  json: Record<string, unknown>,
  kind: MessageKind,
  event_ids: readonly string[],
): (Verdict | undefined)[] {
  const results: unknown = json['results'] ?? [json];
  const named = new Map<unknown, Verdict[]>();
  for (const result of Array.isArray(results) ? (results as (Verdict | null)[]) : []) {
    if (!result || !statuses.includes(result.status)) continue;
    // An identify may be answered without its id (W-16); `merged` says that a relay wrote it.
    const id =
      result.event_id ??
      (kind === 'identify' && event_ids.length === 1 && 'merged' in result ? event_ids[0] : null);
    named.set(id, [...(named.get(id) ?? []), result]);
  }
  return event_ids.map((event_id) => {
    // Copies of one id in one batch have a verdict each, in their order (W-12).
    const verdicts = named.get(event_id);
    const verdict = verdicts && verdicts.length > 1 ? verdicts.shift() : verdicts?.[0];
    return verdict && { ...verdict, event_id, errors: readProblems(verdict.errors) };
  });
}

/** A server that knows only the first release's `{ path, message }` names no code. */
const readProblems = (errors: unknown): Problem[] | undefined =>
  Array.isArray(errors)
    ? errors.map((error: Partial<Problem> | null) => ({ path: '', message: '', code: 'invalid', ...error }))
    : undefined;

/** `Retry-After` in milliseconds from now, at most an hour. A date counts from the answer's own `Date` (RFC 9110 §10.2.3). */
export function readRetryAfter(
  value: string | undefined,
  date: string | undefined,
  now: number,
): number | undefined {
  if (!value) return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(value)
    ? Number(value) * 1_000
    : // A number that is no delay parses as a year; a date begins with its weekday.
      Date.parse(/^\s*[a-z]/i.test(value) ? value : '') - ((date && Date.parse(date)) || now);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestPauseMs);
}

import type { MessageKind } from '@tracklayer/core';
import { maxBatchEvents, maxBodyBytes } from '@tracklayer/core/adapter';
import type { AnyMessage, DecodedRequest } from './decode-request.ts';
import type { Fault } from './script.ts';
import type { TestVerdict } from './take.ts';

/** What goes back: an answer, one that breaks off halfway, a cut connection, or nothing ever. */
export type Reply =
  | { do: 'answer' | 'truncated'; status: number; headers: Readonly<Record<string, string>>; body: string }
  | { do: 'cut' }
  | { do: 'hang' };

const json = 'application/json';
const problemJson = 'application/problem+json';

/**
 * Decides the reply to one request; a fault that answers without a verdict counts nothing.
 *
 * @returns the reply, and the verdicts that were decided, in the order of the messages.
 */
export function decideReply(
  request: DecodedRequest,
  fault: Fault | undefined,
  count: (kind: MessageKind, message: AnyMessage) => TestVerdict,
): { reply: Reply; verdicts?: readonly TestVerdict[] } {
  if (fault?.do === 'hang' || fault?.do === 'cut') return { reply: { do: fault.do } };
  if (fault?.do === 'answer') return { reply: faultAnswer(fault) };
  const { kind, messages, isBatch, text } = request;
  const tooLarge = problemOfSize(request);
  if (tooLarge) return { reply: tooLarge };
  if (kind === 'sightings') return { reply: sightingsAnswer(text), verdicts: [] };
  if (messages.length === 0) return { reply: problem(400, 'invalid_body', 'send one JSON object') };
  const half = fault?.do === 'partial' ? Math.ceil(messages.length / 2) : messages.length;
  const verdicts = messages.map((message, place) => (place < half ? count(kind, message) : later(message)));
  const answer = verdictAnswer(verdicts, isBatch);
  return { verdicts, reply: fault?.do === 'truncated' ? { ...answer, do: 'truncated' } : answer };
}

/** What a relay takes (docs/wire.md W-12). */
function problemOfSize({ text, messages }: DecodedRequest): Answer | undefined {
  if (new TextEncoder().encode(text).byteLength > maxBodyBytes)
    return problem(413, 'body_too_large', `a body has at most ${maxBodyBytes} bytes after decompression`);
  if (messages.length > maxBatchEvents)
    return problem(413, 'too_many_events', `a batch has at most ${maxBatchEvents} events`);
  return undefined;
}

function later({ event_id = null }: { event_id?: string | null }): TestVerdict {
  return { event_id, status: 'retry' };
}

function sightingsAnswer(text: string): Answer {
  const { sightings } = JSON.parse(text) as { sightings?: unknown };
  if (!Array.isArray(sightings)) return problem(422, 'invalid_body', 'send { "sightings": […] }');
  return answerOf(200, json, { received: sightings.length });
}

type Answer = Extract<Reply, { status: number }>;

function verdictAnswer(verdicts: readonly TestVerdict[], isBatch: boolean): Answer {
  const [verdict] = verdicts;
  if (!isBatch && verdict?.status === 'rejected') {
    return problem(422, 'invalid_event', 'the event breaks the contract', verdict.errors);
  }
  const body = isBatch ? { results: verdicts } : { ...verdict, event_id: verdict?.event_id ?? undefined };
  return answerOf(200, json, body);
}

function faultAnswer({ status, retryAfter, body, headers }: Extract<Fault, { do: 'answer' }>): Answer {
  const answer = bodyOf(status, body);
  return { ...answer, headers: { ...answer.headers, ...pauseOf(retryAfter), ...headers } };
}

function bodyOf(status: number, body: string | object | undefined): Answer {
  if (body === undefined) return problem(status, `status_${status}`, 'answered so by the test');
  if (typeof body === 'object') return answerOf(status, json, body);
  return { do: 'answer', status, headers: { 'content-type': 'text/html' }, body };
}

function pauseOf(retryAfter: number | Date | undefined): Record<string, string> {
  if (retryAfter === undefined) return {};
  // Clients read a date against the answer's own (docs/wire.md W-24), which msw does not add.
  return retryAfter instanceof Date
    ? { 'retry-after': retryAfter.toUTCString(), date: new Date().toUTCString() }
    : { 'retry-after': String(retryAfter) };
}

function problem(status: number, code: string, detail: string, errors?: TestVerdict['errors']): Answer {
  return answerOf(status, problemJson, { type: 'about:blank', title: code, status, code, detail, errors });
}

function answerOf(status: number, type: string, body: object): Answer {
  return { do: 'answer', status, headers: { 'content-type': type }, body: JSON.stringify(body) };
}

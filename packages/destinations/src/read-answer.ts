import { readRetryAfter } from '@tracklayer/core/adapter';
import type { DestinationAnswer, Outcome } from './destination.ts';

/** An answer's body as JSON; `undefined` for HTML, a cut body, nothing. */
export function jsonOf(answer: DestinationAnswer): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(answer.body);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A word or number of a body as text; empty for anything else. */
export const wordOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** What a status says where a platform has no word of its own for it. */
export function byStatus(answer: DestinationAnswer, detail = textOfAnswer(answer)): Outcome {
  const { status } = answer;
  const after = waitOf(answer);
  if (status >= 200 && status < 300) return { class: 'retry', detail: 'the answer could not be read' };
  if (status === 429) return { class: 'throttle', detail, ...after };
  if (status === 408 || status === 425 || status >= 500) return { class: 'retry', detail, ...after };
  if (status === 401) return { class: 'refresh_auth', detail };
  if (status === 403) return { class: 'auth_broken', detail };
  if (status === 400 || status === 413 || status === 422) return { class: 'reject', detail };
  // Redirects are never followed: a login page would "accept" everything.
  return { class: 'config', detail };
}

function waitOf({ retry_after, date }: DestinationAnswer): { afterMs?: number } {
  // A date without the answer's own to count from says nothing.
  const afterMs = readRetryAfter(retry_after, date, NaN);
  return afterMs === undefined ? {} : { afterMs };
}

/** The platform's message, short, and without anything that looks like a person or a secret. */
export function textOfAnswer(answer: DestinationAnswer): string {
  const body = jsonOf(answer);
  const error = Array.isArray(body) ? (body[0] as unknown) : (body?.['error'] ?? body);
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  const text = typeof message === 'string' ? message : 'without a reason';
  return `HTTP ${answer.status}: ${redact(text)}`;
}

/** Cuts a text of others, and takes out addresses, hashes, tokens and long numbers. */
export function redact(text: string): string {
  return text
    .slice(0, 2_000)
    .replace(/[^\s@"']+@[^\s@"']+\.[^\s@"']+/g, '[email]')
    .replace(/\b[0-9a-f]{32,}\b/gi, '[hash]')
    .replace(/\b[\w-]{40,}\b/g, '[token]')
    .replace(/\+?\d[\d ()-]{7,}\d/g, '[number]')
    .slice(0, 300);
}

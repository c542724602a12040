import type { Problem } from '@tracklayer/core';
import { maxBatchEvents, maxKeys, maxMessageBytes, problemAt } from '@tracklayer/core/adapter';
import { findFaults } from './find-faults.ts';
import { parseShallow, type Fields } from './parse-object.ts';
import { refusal } from './problem.ts';
import { readReport } from './read-report.ts';
import { countKeys, maxNesting, scanJson, without, type Place, type Span } from './scan-json.ts';

/** A message as it was said, not checked by the contract yet. */
export interface SaidMessage {
  /** Of a message that is too large only what is not nested, if that. */
  body: unknown;
  /** UTF-8 bytes of its text, or somewhat more. */
  bytes: number;
  /** What is wrong with the text itself: repeated keys, depth, size. Empty when nothing is. */
  faults: readonly Problem[];
}

/** The messages of one request, in its order. */
export interface Messages {
  isBatch: boolean;
  messages: readonly SaidMessage[];
  /** The sender's clock at sending: the batch's, or that of the message that travels alone (docs/wire.md W-13). */
  sent_at: string | undefined;
  /** What the sender dropped since its last report, by reason (W-37). */
  dropped: Readonly<Record<string, number>>;
}

/** `sent_at` and a report ride on a message that travels alone, and do not count. */
const maxRidingBytes = 1_024;
/** Of one message in full: `properties` and `context` have their own, lower limits. */
const maxMessageKeys = 2 * maxKeys;
const shape = 'an event, or { "batch": [event, …] }';

/**
 * Takes the text of a request apart: a message alone, or `{ "batch": […] }` (docs/wire.md W-12). A message whose text
 * is wrong is marked in its place; its neighbours are read as if it were not there. What is too deep or too large is
 * taken out before `JSON.parse` sees it, which would hold the process for long.
 *
 * @throws Refusal 400 or 413 when the request as a whole cannot be read.
 */
export function readMessages(text: string): Messages {
  const scanned = scanJson(text, maxNesting);
  const { whole, batch: spans, deep } = scanned;
  if (scanned.isTooLong) throw tooMany();
  if (scanned.isOpen) throw refusal(400, 'invalid_json', 'the body is not JSON: it ends too early');
  if (!spans && isTooLarge(text, whole)) {
    return { isBatch: false, messages: [tooLarge(text, whole)], sent_at: undefined, dropped: {} };
  }
  const large = spans?.filter((span) => span && isTooLarge(text, span)) as Place[] | undefined;
  const body = parseShallow(without(text, [...deep, ...(large ?? [])]), shape);
  const { client_report } = body;
  // It rides on a message that travels alone, and is no part of it.
  delete body['client_report'];
  const reportKeys = client_report === undefined ? 0 : 1 + countKeys(client_report);
  const around = {
    sent_at: typeof body['sent_at'] === 'string' ? body['sent_at'] : undefined,
    dropped: readReport(client_report),
  };
  const isBatch = Object.hasOwn(body, 'batch');
  if (!isBatch) {
    const said = readMessage(text, body, { ...whole, keys: whole.keys - reportKeys });
    return { isBatch, messages: [said], ...around };
  }

  const { batch, ...rest } = body;
  if (!Array.isArray(batch) || batch.length === 0 || !spans) {
    throw refusal(400, 'invalid_batch', `batch must be a list of 1 to ${maxBatchEvents} events`);
  }
  if (whole.isDeep || whole.keys !== 1 + countKeys(rest) + reportKeys) {
    const errors = findFaults(text, maxNesting).filter(({ path }) => !path.startsWith('batch.'));
    throw refusal(400, 'invalid_batch', 'the batch breaks the contract', { errors });
  }
  const messages = batch.map((said: unknown, place) => {
    const span = spans[place];
    return span && large?.includes(span) ? tooLarge(text, span) : readMessage(text, said, span);
  });
  return { isBatch, messages, ...around };
}

/** 413 and not 400: the sender halves the batch, and everything arrives (docs/wire.md W-25). */
const tooMany = () => refusal(413, 'too_many_events', `a batch has at most ${maxBatchEvents} events`);

const isTooLarge = (text: string, span: Span): boolean =>
  span.keys > maxMessageKeys || bytesOf(text, span) > maxMessageBytes + maxRidingBytes;

function readMessage(text: string, body: unknown, span: Span | undefined): SaidMessage {
  if (!span) return { body, bytes: 0, faults: [] };
  const bytes = bytesOf(text, span);
  if (bytes > maxMessageBytes && !fitsAlone(body)) return tooLarge(text, span);
  if (!span.isDeep && countKeys(body) === span.keys) return { body, bytes, faults: [] };
  const faults = findFaults(text.slice(span.start, span.end), maxNesting - span.depth);
  return { body, bytes, faults };
}

/** A character has at most three bytes: most messages need no counting. */
function bytesOf(text: string, { start, end }: Place): number {
  const most = (end - start) * 3;
  return most <= maxMessageBytes ? most : Buffer.byteLength(text.slice(start, end));
}

function fitsAlone(body: unknown): boolean {
  const { sent_at: _, ...rest } = body as Fields;
  return Buffer.byteLength(JSON.stringify(rest)) <= maxMessageBytes;
}

/** Its name and id are worth reading, so that the sender learns which one it was. */
function tooLarge(text: string, { start, end, keys }: Span): SaidMessage {
  const message = text.slice(start, end);
  const flat = without(message, scanJson(message, 1).deep);
  const body = flat.length > maxMessageBytes || keys > maxMessageBytes ? {} : parseShallow(flat, shape);
  const limit = keys > maxMessageKeys ? `has more than ${maxMessageKeys} keys` : 'is larger than 40 KiB';
  return { body, bytes: end - start, faults: [problemAt('', limit, 'too_large')] };
}

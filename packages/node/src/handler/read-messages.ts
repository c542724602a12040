import { refusal } from './problem.ts';

/** What a page sent in one request. Its messages are not checked yet. */
export interface PageMessages {
  isBatch: boolean;
  messages: readonly unknown[];
  /** The page's clock at sending (docs/wire.md W-13). */
  sent_at: string | undefined;
  /** What the page gave up since its last report, by reason (W-37). */
  dropped: Readonly<Record<string, number>>;
}

const maxBatchEvents = 500;

/**
 * Takes a request's JSON apart: a message alone, or `{ "batch": […] }` (docs/wire.md W-12).
 *
 * @throws Refusal 400 or 413 when the request as a whole can't be read.
 */
export function readMessages(text: string): PageMessages {
  const { sent_at, client_report, ...body } = parseObject(text, 'an event, or { "batch": [event, …] }');
  const isBatch = Object.hasOwn(body, 'batch');
  const messages: unknown = isBatch ? body['batch'] : [body];
  if (!Array.isArray(messages) || messages.length === 0) {
    throw refusal(400, 'invalid_batch', 'batch is a list of 1 to 500 events');
  }
  // 413 and not 400: the page halves the batch, and everything arrives (W-25).
  if (messages.length > maxBatchEvents) {
    throw refusal(413, 'too_many_events', 'a batch has at most 500 events');
  }
  return {
    isBatch,
    messages,
    sent_at: typeof sent_at === 'string' ? sent_at : undefined,
    dropped: readReport(client_report),
  };
}

/** A request's JSON object. @throws Refusal 400, naming the `shape` that is wanted. */
export function parseObject(text: string, shape: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The engine's message quotes the body, which may hold personal values.
    throw refusal(400, 'invalid_json', 'the body is not JSON');
  }
  if (!isObject(value) || Array.isArray(value)) {
    throw refusal(400, 'invalid_json', `the body is a JSON object: ${shape}`);
  }
  return value;
}

/** Counts that make no sense are left out; a page's report never harms its events. */
function readReport(report: unknown): Record<string, number> {
  const dropped = isObject(report) && isObject(report['dropped']) ? Object.entries(report['dropped']) : [];
  return Object.fromEntries(
    dropped
      .filter((entry): entry is [string, number] => /^[a-z_]{1,64}$/.test(entry[0]) && isCount(entry[1]))
      .slice(0, 50),
  );
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

/** Whether a value from `JSON.parse` has properties to look at. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

import type { DestinationAnswer, Outcome, Reading } from './exchange.ts';
import { byStatus, jsonOf, redact, textOfAnswer, wordOf } from './read-answer.ts';

/**
 * The answer to a batch of elements.
 *
 * @param owners - for each element the place of the payload that it belongs to.
 * @param count - of payloads.
 */
export function readLinkedInBatch(
  answer: DestinationAnswer,
  owners: readonly number[],
  count: number,
): Reading {
  const body = jsonOf(answer);
  if (answer.status >= 200 && answer.status < 300) return readElements(answer, owners, count);
  const detail = textOfAnswer(answer);
  const code = Number(body?.['serviceErrorCode']);
  const word = wordOf(body?.['code']);
  if (answer.status === 401)
    return { all: { class: code === 65601 ? 'auth_broken' : 'refresh_auth', detail } };
  if (answer.status === 426 || /VERSION/.test(word)) return { all: { class: 'config', detail } };
  const outcome = byStatus(answer);
  if (outcome.class !== 'reject') return { all: outcome };
  const message = typeof body?.['message'] === 'string' ? body['message'] : '';
  const places = [...message.matchAll(/(?:indices|index(?:es)?)\D{0,3}\[?([\d,\s]+)\]?/gi)]
    .flatMap(([, list = '']) => list.split(','))
    .map((text) => owners[Number(text)])
    .filter((place) => place !== undefined);
  return { all: { class: 'reject', detail }, culprits: [...new Set(places)] };
}

/** A batch's own answer: 200 or 207 with a status for each element, or 201 without a body. */
function readElements(answer: DestinationAnswer, owners: readonly number[], count: number): Reading {
  const elements = jsonOf(answer)?.['elements'];
  if (answer.body.trim() === '' && answer.status === 201) return { all: { class: 'ok' } };
  if (!Array.isArray(elements)) return { all: byStatus(answer) };
  const outcomes = Array.from({ length: count }, (): Outcome => ({ class: 'ok' }));
  owners.forEach((owner, place) => {
    const element: unknown = elements[place];
    const outcome = outcomeOfElement(element);
    // One of several rules that is not served is enough to say so.
    if (outcome.class !== 'ok') outcomes[owner] = outcome;
  });
  return { each: outcomes };
}

function outcomeOfElement(element: unknown): Outcome {
  if (typeof element !== 'object' || element === null)
    return { class: 'retry', detail: 'no word of this one' };
  const { status, error } = element as { status?: unknown; error?: { message?: unknown } };
  if (typeof status !== 'number') return { class: 'retry', detail: 'no word of this one' };
  if (status < 300) return { class: 'ok' };
  const detail = redact(typeof error?.message === 'string' ? error.message : `status ${status}`);
  if (status === 429) return { class: 'throttle', detail };
  return { class: status >= 500 ? 'retry' : 'reject', detail };
}

import { TrackLayerError } from '@tracklayer/core';
import { HeapRefusal } from './heap-http.ts';
import type { HeapBody } from './heap-message.ts';

/** What became of the messages of one call. */
export interface HeapResult {
  /** How many Heap took. */
  sent: number;
  /** Those it did not, by their place in the call. */
  failed: readonly { index: number; error: TrackLayerError }[];
}

type Body = Record<string, unknown>;
type Part = readonly { index: number; body: Body }[];

const maxPerRequest = 1_000;
// So many bad messages before the first good one are not an accident any more.
const enoughRefused = 5;

/**
 * Sends messages in order, at most 1,000 in a request. Heap does not say which message of a request it refuses, nor
 * whether it kept the others, so a refused request is halved until the bad one stands alone. Sending again is safe: an
 * event counts once by its id, and a property that is set twice is the same. Where Heap takes nothing at all, the
 * set-up is at fault: each further request is sent once, and not searched.
 *
 * @param send - one request; rejects with a {@link TrackLayerError}.
 * @param tell - every failure, once a request.
 */
export async function deliverToHeap(
  path: string,
  made: Iterable<HeapBody>,
  send: (bodies: readonly Body[]) => Promise<void>,
  tell: (error: TrackLayerError) => void,
): Promise<HeapResult> {
  const failed: { index: number; error: TrackLayerError }[] = [];
  const held: { part: Part; error: TrackLayerError }[] = [];
  let sent = 0;
  let refusedAlone = 0;

  function fail(part: readonly { index: number }[], error: TrackLayerError): void {
    tell(error);
    failed.push(...part.map(({ index }) => ({ index, error })));
  }

  async function deliver(part: Part): Promise<void> {
    try {
      await send(part.map(({ body }) => body));
      sent += part.length;
    } catch (cause) {
      const error = cause as TrackLayerError;
      if (!(error instanceof HeapRefusal)) fail(part, error);
      else if (part.length === 1) {
        refusedAlone += 1;
        fail(part, error);
      } else if (sent === 0 && refusedAlone >= enoughRefused) held.push({ part, error });
      else await halve(part);
    }
  }

  async function halve(part: Part): Promise<void> {
    const middle = Math.ceil(part.length / 2);
    await deliver(part.slice(0, middle));
    await deliver(part.slice(middle));
  }

  const usable: { index: number; body: Body }[] = [];
  let index = 0;
  for (const message of made) {
    if ('body' in message) usable.push({ index, body: message.body });
    else fail([{ index }], new TrackLayerError('heap', `${path}: ${message.problem}; it was not sent`));
    index += 1;
  }
  for (let from = 0; from < usable.length; from += maxPerRequest) {
    await deliver(usable.slice(from, from + maxPerRequest));
  }
  for (const { part, error } of held) {
    // Bad ones merely came first when Heap took any other.
    if (sent > 0) await halve(part);
    else fail(part, error);
  }
  failed.sort((left, right) => left.index - right.index);
  return { sent, failed };
}

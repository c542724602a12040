import type { MessageKind, Platform, Transport, WireEvent, WireIdentify } from '@tracklayer/core';
import { createUuid, readAnswer, requestBody, type Answer } from '@tracklayer/core/adapter';

/**
 * Passes messages of someone else on in one request, without the queue: whoever sent them keeps them until the answer.
 *
 * @param dropped - what the sender gave up since its last request, by reason (docs/wire.md W-37).
 * @returns what the answer means, one verdict a message; never rejects.
 */
export type Forward = (
  kind: MessageKind,
  messages: readonly (WireEvent | WireIdentify)[],
  dropped?: Readonly<Record<string, number>>,
) => Promise<Answer>;

export function createForward(
  transport: Transport,
  requestTimeoutMs: number,
  { clock, randomBytes, byteLength }: Platform,
): Forward {
  const newKey = createUuid(clock.now, randomBytes);
  let compress = true;

  async function attempt(
    kind: MessageKind,
    body: string,
    key: string,
    ids: string[],
    n: number,
  ): Promise<Answer> {
    const bytes = byteLength(body);
    const signal = AbortSignal.timeout(requestTimeoutMs);
    const request = { kind, body, bytes, idempotency_key: key, attempt: n, compress };
    const answer = readAnswer(await transport.send(request, { signal }), kind, ids, clock.now());
    if (answer.type !== 'unsupported' || !compress) return answer;
    // Perhaps it does not read compressed bodies (docs/wire.md W-26).
    compress = false;
    return attempt(kind, body, key, ids, n + 1);
  }

  return async (kind, messages, dropped) => {
    try {
      const sent_at = new Date(clock.now()).toISOString();
      const report = dropped && Object.keys(dropped).length > 0 ? { ...dropped } : undefined;
      // Its own `sent_at` would stand beside ours, and of two equal keys only one is read.
      const texts = messages.map((message) => JSON.stringify({ ...message, sent_at: undefined }));
      const ids = messages.map(({ event_id = '' }) => event_id);
      return await attempt(kind, requestBody(texts, sent_at, report), newKey(), ids, 1);
    } catch {
      return { type: 'unreachable' };
    }
  };
}
